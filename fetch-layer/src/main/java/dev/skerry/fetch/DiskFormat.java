package dev.skerry.fetch;

import dev.skerry.fetch.CacheStore.Key;
import dev.skerry.fetch.FetchResponse.Header;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The bytes of the stored responses of one key: a version, the key, the responses, and a digest of all that. What was
 * not written so is refused whole, before anything of its size is made.
 */
final class DiskFormat {

  private static final int VERSION = 0x534b4302;
  private static final int DIGEST_BYTES = 32;

  private DiskFormat() {
  }

  static byte[] write(Key key, List<CachedResponse> variants) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream output = new DataOutputStream(bytes);
    output.writeInt(VERSION);
    writeKey(output, key);
    output.writeInt(variants.size());
    for (CachedResponse variant : variants) {
      write(output, variant);
    }
    output.flush();
    output.write(DiskStore.digest(bytes.toByteArray()));
    return bytes.toByteArray();
  }

  private static void writeKey(DataOutputStream output, Key key) throws IOException {
    write(output, key.partition().topLevelSite());
    write(output, key.partition().frameOrigin());
    output.writeBoolean(key.partition().crossSiteAncestor());
    output.writeBoolean(key.credentials());
    write(output, key.url());
  }

  private static void write(DataOutputStream output, CachedResponse response) throws IOException {
    output.writeInt(response.status());
    output.writeInt(response.headers().size());
    for (Header header : response.headers()) {
      write(output, header.name());
      write(output, header.value());
    }
    output.writeInt(response.selecting().size());
    for (Map.Entry<String, String> entry : response.selecting().entrySet()) {
      write(output, entry.getKey());
      write(output, entry.getValue());
    }
    write(output, response.addressSpace() == null ? "" : response.addressSpace().name());
    for (Instant time : new Instant[] {response.requestTime(), response.responseTime()}) {
      output.writeLong(time.getEpochSecond());
      output.writeInt(time.getNano());
    }
    output.writeInt(response.body().length);
    output.write(response.body());
  }

  private static void write(DataOutputStream output, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    output.writeInt(bytes.length);
    output.write(bytes);
  }

  /** @throws IOException if those are not bytes that {@link #write} made for that key */
  static List<CachedResponse> read(byte[] bytes, Key key) throws IOException {
    int length = bytes.length - DIGEST_BYTES;
    if (length < 0 || !MessageDigest.isEqual(DiskStore.digest(Arrays.copyOf(bytes, length)),
        Arrays.copyOfRange(bytes, length, bytes.length))) {
      throw new IOException("its digest is wrong");
    }
    DataInputStream input = new DataInputStream(new ByteArrayInputStream(bytes, 0, length));
    if (input.readInt() != VERSION) {
      throw new IOException("it is of another version");
    }
    Key found = new Key(new PartitionKey(text(input), text(input), input.readBoolean()), input.readBoolean(),
        text(input));
    if (!found.equals(key)) {
      throw new IOException("it belongs to another key");
    }
    List<CachedResponse> variants = new ArrayList<>();
    for (int i = input.readInt(); i > 0; i--) {
      variants.add(response(input));
    }
    return variants;
  }

  private static CachedResponse response(DataInputStream input) throws IOException {
    int status = input.readInt();
    List<Header> headers = new ArrayList<>();
    for (int i = input.readInt(); i > 0; i--) {
      headers.add(new Header(text(input), text(input)));
    }
    Map<String, String> selecting = new TreeMap<>();
    for (int i = input.readInt(); i > 0; i--) {
      selecting.put(text(input), text(input));
    }
    String space = text(input);
    try {
      Instant requested = Instant.ofEpochSecond(input.readLong(), input.readInt());
      Instant received = Instant.ofEpochSecond(input.readLong(), input.readInt());
      return new CachedResponse(status, List.copyOf(headers), bytes(input), selecting,
          space.isEmpty() ? null : AddressSpace.valueOf(space), requested, received);
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new IOException(e);
    }
  }

  private static String text(DataInputStream input) throws IOException {
    return new String(bytes(input), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(DataInputStream input) throws IOException {
    int length = input.readInt();
    if (length < 0 || length > input.available()) {
      throw new IOException("it ends too early");
    }
    return input.readNBytes(length);
  }
}
