package dev.skerry.fetch;

import java.util.Objects;
import java.util.Set;

/**
 * Who shares a connection (Fetch §2.6): one partition, one requester, with or without credentials, and one reach.
 *
 * @param reach the address spaces that connections of this pool may lead to
 * @param alone the one request that may use it; null for a pool that many share
 */
record PoolKey(PartitionKey partition, Origin requester, boolean credentials, Set<AddressSpace> reach,
               NetworkRequest alone) {

  @Override
  public boolean equals(Object other) {
    return other instanceof PoolKey that && alone == that.alone && credentials == that.credentials
        && reach.equals(that.reach) && Objects.equals(partition, that.partition)
        && Objects.equals(requester, that.requester);
  }

  @Override
  public int hashCode() {
    return Objects.hash(partition, requester, credentials, reach, System.identityHashCode(alone));
  }
}
