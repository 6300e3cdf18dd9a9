package dev.skerry.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random bytes and digests as a guest gets them. */
class WebCryptoTest {

  private static final String C = "web:crypto.";

  private Guest guest;

  @BeforeEach
  void start() throws Exception {
    guest = Guest.of(new WebCrypto());
  }

  @AfterEach
  void stop() {
    guest.close();
  }

  /** FIPS 180-4's example "abc". */
  @ParameterizedTest
  @CsvSource({
      "SHA-1, a9993e364706816aba3e25717850c26c9cd0d89d",
      "sha-256, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      "SHA-384, cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
      "SHA-512, ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
          + "454d4423643ce80e2a9ac94fa54ca49f"})
  void aDigestIsThatOfTheStandard(String algorithm, String expected) {
    int length = guest.put(0, algorithm);
    guest.put(100, "abc");
    int size = guest.call(C + "digest", 0, length, 100, 3, 200, 100);
    assertEquals(expected, HexFormat.of().formatHex(guest.memory().read(200, size)));
  }

  @Test
  void anUnknownAlgorithmIsMinusOne() {
    assertEquals(-1, guest.call(C + "digest", 0, guest.put(0, "MD5"), 100, 3, 200, 100));
  }

  @Test
  void randomBytesFillTheirPlaceAndNoMore() {
    guest.results(C + "random", 16, 32);
    byte[] once = guest.memory().read(16, 32);
    guest.results(C + "random", 16, 32);
    assertNotEquals(HexFormat.of().formatHex(once), HexFormat.of().formatHex(guest.memory().read(16, 32)));
    assertEquals("00".repeat(16), HexFormat.of().formatHex(guest.memory().read(0, 16)));
    assertEquals("00".repeat(16), HexFormat.of().formatHex(guest.memory().read(48, 16)));
    guest.results(C + "random", 0, 65_536);
  }

  @Test
  void moreThanTheStandardsQuotaIsRefused() {
    guest.traps("lies outside the memory", C + "random", 0, 65_537);
    guest.memory().grow(1);
    guest.traps("QuotaExceededError: 65537 bytes are more than 65536", C + "random", 0, 65_537);
  }

  @Test
  void aUuidHasItsForm() {
    assertEquals(36, guest.call(C + "uuid", 0, 36));
    assertTrue(guest.get(0, 36).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        () -> guest.get(0, 36));
  }
}
