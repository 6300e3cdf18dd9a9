package dev.skerry.wasm.cache;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What compiled code is found by, as one digest: the module's bytes, the partition, and the flavour of the code (the
 * compiler's build, the CPU's features, and every option that changes what is compiled or accepted). Equal keys mean
 * code that does the same.
 */
final class CacheKey {

  private static final HexFormat HEX = HexFormat.of();

  private final byte[] digest;
  private final boolean persistent;

  CacheKey(byte[] moduleDigest, CachePartition partition, String flavour) {
    Sha256 sha = new Sha256();
    sha.update(moduleDigest);
    addText(sha, partition.name());
    addText(sha, flavour);
    digest = sha.digest();
    persistent = partition.persistent();
  }

  /** With its length in front, so that no two lists of texts are the same bytes. */
  private static void addText(Sha256 sha, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sha.update(Digests.intBytes(bytes.length));
    sha.update(bytes);
  }

  byte[] digest() {
    return digest.clone();
  }

  /** Whether what is stored under the key may be written to disk. */
  boolean isPersistent() {
    return persistent;
  }

  /** The name of the file: the digest in hexadecimal digits. */
  String fileName() {
    return HEX.formatHex(digest) + DiskStore.SUFFIX;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CacheKey that && Arrays.equals(digest, that.digest) && persistent == that.persistent;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(digest);
  }
}
