package dev.skerry.fetch;

import java.util.Set;

/**
 * Who shares a connection (Fetch §2.6): one partition, one requester, with or without credentials, and one reach.
 *
 * @param reach the address spaces that connections of this pool may lead to
 */
record PoolKey(PartitionKey partition, Origin requester, boolean credentials, Set<AddressSpace> reach) {
}
