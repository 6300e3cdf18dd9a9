package dev.skerry.bindings;

import static dev.skerry.bindings.abi.BindingTable.row;

import dev.skerry.bindings.abi.BindingTable;
import dev.skerry.bindings.abi.Call;
import dev.skerry.bindings.abi.GuestMemory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/** {@code web:crypto}: random bytes and digests (Web Cryptography §10.1, §31). It has no state of its own. */
public final class WebCrypto extends WebModule<WebCrypto> {

  static final BindingTable<WebCrypto> TABLE = BindingTable.of("web:crypto", Capability.RANDOM,
      "Random bytes and digests (Web Cryptography 10.1, 31).",
      row("random", "fill target ->", "Fills at most 65,536 bytes with random ones.", WebCrypto::random),
      row("uuid", "buffer buf -> size", "A random UUID (RFC 9562, version 4), 36 characters.", WebCrypto::uuid),
      row("digest", "string algorithm, bytes data, buffer buf -> size",
          "The digest of the data by SHA-1, SHA-256, SHA-384 or SHA-512; -1 for any other algorithm.",
          WebCrypto::digest));

  /** Web Cryptography §10.1.1: more is a QuotaExceededError. */
  private static final int MOST_RANDOM = 65_536;
  private static final Set<String> ALGORITHMS = Set.of("SHA-1", "SHA-256", "SHA-384", "SHA-512");

  /** Made at the first use: asking the system for entropy takes time. */
  private static final class Source {
    private static final SecureRandom RANDOM = new SecureRandom();
  }

  public WebCrypto() {
    super(TABLE, WebCrypto.class);
  }

  private void random(Call call) {
    GuestMemory memory = call.memory();
    long target = memory.check("target", call.u32(0), call.u32(1));
    if (call.u32(1) > MOST_RANDOM) {
      throw call.trap("QuotaExceededError: " + call.u32(1) + " bytes are more than " + MOST_RANDOM);
    }
    byte[] bytes = new byte[call.i32(1)];
    Source.RANDOM.nextBytes(bytes);
    memory.write("target", target, bytes, 0, bytes.length);
  }

  private void uuid(Call call) {
    call.answer(0, UUID.randomUUID().toString());
  }

  private void digest(Call call) {
    String algorithm = call.string(0).toUpperCase(Locale.ROOT);
    byte[] data = call.bytes(2);
    call.answer(4, ALGORITHMS.contains(algorithm) ? digest(algorithm, data) : null);
  }

  private static byte[] digest(String algorithm, byte[] data) {
    try {
      return MessageDigest.getInstance(algorithm).digest(data);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this Java runtime has no " + algorithm, missing);
    }
  }
}
