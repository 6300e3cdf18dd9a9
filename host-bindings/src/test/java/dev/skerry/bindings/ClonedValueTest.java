package dev.skerry.bindings;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bytes are a value that a message may carry; in hexadecimal, blanks between the parts. */
class ClonedValueTest {

  private static final int PORTS = 2;

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static void check(byte[] value) throws DataCloneError {
    ClonedValue.check(value, PORTS, () -> { });
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "00", "01", "02", "03",
    // numbers: 1.5, and a NaN with any bits
    "04 000000000000f83f", "04 010000000000f87f",
    // bigints: 0, 255, -256
    "05 00 00000000", "05 00 01000000 ff", "05 01 02000000 0001",
    // strings: none, skerry, U+1F3DD
    "06 00000000", "06 06000000 736b65727279", "06 04000000 f09f8f9d",
    // dates: 1970, an invalid one, the last
    "07 0000000000000000", "07 000000000000f87f", "07 0000dcc208b23e43",
    // arrays: empty, of two, of arrays
    "08 00000000", "08 02000000 00 01", "08 01000000 08 01000000 08 00000000",
    // objects: empty, with two keys
    "09 00000000", "09 02000000 01000000 61 02 01000000 62 03",
    // a map of null to undefined, a set
    "0a 01000000 01 00", "0b 02000000 02 03",
    // buffers, and views of them: an Int16Array of 2 from byte 2 on, a DataView, one of a buffer before
    "0c 00000000", "0c 03000000 010203", "0d 03 02000000 02000000 0c 06000000 000000000000",
    "0d 0b 00000000 01000000 0c 01000000 ff",
    "08 02000000 0c 08000000 0000000000000000 0d 08 00000000 01000000 0f 01000000",
    // a TypeError
    "0e 05 02000000 6e6f",
    // an array that holds itself, a map whose key is the map, an object that is there twice
    "08 01000000 0f 00000000", "0a 01000000 0f 00000000 0f 00000000",
    "08 02000000 07 0000000000000000 0f 01000000",
    // both ports
    "08 02000000 10 00000000 10 01000000"})
  void givenAValueThenItCanBeCloned(String hex) {
    assertDoesNotThrow(() -> check(bytes(hex)));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0, the end of the bytes",
    "11, 0, a kind of value that cannot be cloned (17)",
    "ff, 0, a kind of value that cannot be cloned (255)",
    "00 00, 1, something behind the value",
    "04 00000000000000, 1, the end of the bytes",
    "05 02 00000000, 6, a bigint that is not in its shortest form",
    "05 01 00000000, 6, a bigint that is not in its shortest form",
    "05 00 02000000 ff00, 8, a bigint that is not in its shortest form",
    "05 00 ffffffff 01, 6, the end of the bytes",
    "06 01000000, 5, the end of the bytes",
    "06 ffffffff 61, 5, the end of the bytes",
    "06 01000000 80, 6, a string that is not UTF-8",
    "06 03000000 eda080, 8, a string that is not UTF-8",
    "06 02000000 c0af, 7, a string that is not UTF-8",
    "07 000000000000e03f, 9, a date",
    "07 000000000000f07f, 9, a date",
    "07 0100dcc208b23e43, 9, a date",
    "08 01000000, 5, more values than bytes",
    "08 ffffffff 00, 5, more values than bytes",
    "0a ffffffff 00, 5, more values than bytes",
    "08 02000000 06 01000000 61 , 11, the end of the bytes",
    "09 01000000 01000000 ff 00, 10, a string that is not UTF-8",
    "09 01000000 01000000 61, 10, the end of the bytes",
    "0c 01000000, 5, the end of the bytes",
    "0d 0c 00000000 00000000 0c 00000000, 10, a view of no such type",
    "0d 00 00000000 00000000 08 00000000, 11, a view of something that is no array buffer",
    "0d 00 00000000 00000000 0f 00000000, 15, a view of something that is no array buffer",
    "0d 03 01000000 01000000 0c 04000000 00000000, 19, a view that does not lie in its array buffer",
    "0d 07 00000000 ffffffff 0c 08000000 0000000000000000, 23, a view that does not lie in its array buffer",
    "0d 00 ffffffff 01000000 0c 00000000, 15, a view that does not lie in its array buffer",
    "0e 07 00000000, 2, an error of no such name",
    "0f 00000000, 5, a reference to an object that has not begun",
    "08 01000000 0f 01000000, 10, a reference to an object that has not begun",
    "10 02000000, 5, a port that is not in the transfer list of 2"})
  void givenAnythingElseThenTheErrorNamesTheByteAndTheReason(String hex, int at, String reason) {
    String message = assertThrows(DataCloneError.class, () -> check(bytes(hex))).getMessage();
    assertTrue(message.startsWith("at byte " + at + " is " + reason), message);
  }

  @Test
  void valuesLieWithinEachOtherUpToALimit() {
    byte[] array = bytes("08 01000000");
    ByteArrayOutputStream deep = new ByteArrayOutputStream();
    for (int i = 0; i < ClonedValue.MOST_LEVELS; i++) {
      deep.writeBytes(array);
    }
    byte[] most = deep.toByteArray();
    deep.write(0);
    assertDoesNotThrow(() -> check(deep.toByteArray()));
    deep.reset();
    deep.writeBytes(most);
    deep.writeBytes(array);
    deep.write(0);
    assertTrue(assertThrows(DataCloneError.class, () -> check(deep.toByteArray())).getMessage()
        .contains("more than 1000 values within each other"));
  }

  @Test
  void randomBytesAreAValueOrAnErrorAndNothingElse() {
    long seed = 8;
    Random random = new Random(seed);
    int values = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[random.nextInt(24)];
      for (int k = 0; k < bytes.length; k++) {
        bytes[k] = (byte) (random.nextInt(3) == 0 ? random.nextInt(18) : random.nextInt(8) == 0 ? random.nextInt() : 0);
      }
      try {
        check(bytes);
        values++;
      } catch (DataCloneError expected) {
        assertTrue(expected.getMessage().startsWith("at byte "), () -> "seed " + seed);
      }
    }
    assertTrue(values > 1_000, "only " + values + " values");
  }

  @Test
  void longWorkPolls() throws DataCloneError {
    int[] polls = {0};
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.writeBytes(bytes("08 00000100"));
    many.writeBytes(new byte[1 << 16]);
    ClonedValue.check(many.toByteArray(), 0, () -> polls[0]++);
    assertEquals(65, polls[0]);
  }
}
