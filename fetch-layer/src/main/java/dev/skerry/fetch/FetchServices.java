package dev.skerry.fetch;

import java.nio.file.Path;
import java.util.List;

/**
 * What all fetches of a client share.
 *
 * @param chain what every hop runs through on its way to the network
 * @param files the folders whose files may be read; empty for none
 * @param grants which documents may reach more private address spaces than their own
 */
record FetchServices(FetchClient.Options options, Interceptor.Chain chain, HstsStore hsts, PreflightCache preflights,
                     BlobUrlStore blobs, KeepaliveQuota keepalive, List<Path> files, LocalNetworkGrants grants) {
}
