package dev.skerry.bindings;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * The values that messages carry, as guests write them (HTML §2.7.3, §2.7.6): one byte says the kind, what follows is
 * in little-endian order, sizes and counts are unsigned 32-bit numbers. The README has the table. A value is checked
 * whole when it is posted, so a receiver may rely on it; what JavaScript cannot clone has no kind here.
 */
final class ClonedValue {

  /** Bytes before the contents of an ARRAY_BUFFER: its kind and its size. */
  static final int BUFFER_HEADER = 1 + Integer.BYTES;

  /** Values within values. HTML knows no such limit; receivers that recurse need one. */
  static final int MOST_LEVELS = 1_000;

  private static final long U32 = 0xffff_ffffL;
  private static final int STEPS_PER_POLL = 1024;
  /** The latest time value of a Date, in milliseconds (ECMAScript 21.4.1.31). */
  private static final double LATEST = 8.64e15;
  private static final int NO_BUFFER = -1;

  /** What a value is; its place in this list is the byte that stands for it. */
  enum Kind {
    UNDEFINED, NULL, FALSE, TRUE, NUMBER, BIGINT, STRING, DATE, ARRAY, OBJECT, MAP, SET, ARRAY_BUFFER, VIEW, ERROR,
    /** An object that began before, by its number: objects count from 0 in the order in which they begin. */
    REFERENCE,
    /** A port of the transfer list, by its place there. */
    PORT;

    private static final Kind[] ALL = values();
  }

  /** The types of a VIEW: the typed arrays in the order of ECMAScript's table 70, DataView. */
  enum View {
    INT8(1), UINT8(1), UINT8_CLAMPED(1), INT16(2), UINT16(2), INT32(4), UINT32(4), BIG_INT64(8), BIG_UINT64(8),
    FLOAT32(4), FLOAT64(8), DATA_VIEW(1);

    private static final View[] ALL = values();

    /** Bytes of an element. */
    private final int element;

    View(int element) {
      this.element = element;
    }
  }

  /** The names of an ERROR that outlive cloning (HTML §2.7.3). */
  enum ErrorName {
    PLAIN, EVAL, RANGE, REFERENCE, SYNTAX, TYPE, URI;

    private static final int COUNT = values().length;
  }

  private final ByteBuffer bytes;
  private final int ports;
  private final Deque<Open> open = new ArrayDeque<>();
  /** By the number of an object: the bytes of an ARRAY_BUFFER, {@link #NO_BUFFER} for any other. */
  private int[] buffers = new int[8];
  private int objects;

  /** An object whose values are not all read. */
  private static final class Open {
    private long left;
    /** Whether a key stands before each. */
    private final boolean keyed;

    Open(long left, boolean keyed) {
      this.left = left;
      this.keyed = keyed;
    }
  }

  private ClonedValue(byte[] value, int ports) {
    this.bytes = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    this.ports = ports;
  }

  /** Makes bytes that stand behind {@link #BUFFER_HEADER} free ones the value of an ARRAY_BUFFER. */
  static byte[] arrayBuffer(byte[] value) {
    ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).put((byte) Kind.ARRAY_BUFFER.ordinal())
        .putInt(value.length - BUFFER_HEADER);
    return value;
  }

  /** Whether a checked value is an ARRAY_BUFFER. */
  static boolean isArrayBuffer(byte[] value) {
    return value[0] == Kind.ARRAY_BUFFER.ordinal();
  }

  /**
   * Checks that bytes are one value.
   *
   * @param ports how many ports go with it
   * @param poll called every fraction of a millisecond; what it throws ends the work
   * @throws DataCloneError if they are not; it names the byte
   */
  static void check(byte[] value, int ports, Runnable poll) throws DataCloneError {
    new ClonedValue(value, ports).check(poll);
  }

  /** Whether bytes are one value without ports, as {@link #check} finds out. */
  static boolean isValue(byte[] value, Runnable poll) {
    try {
      check(value, 0, poll);
      return true;
    } catch (DataCloneError none) {
      return false;
    }
  }

  private void check(Runnable poll) throws DataCloneError {
    value();
    for (int steps = 0; !open.isEmpty(); steps++) {
      if (steps % STEPS_PER_POLL == 0) {
        poll.run();
      }
      Open top = open.peek();
      if (top.left == 0) {
        open.pop();
      } else {
        top.left--;
        if (top.keyed) {
          string();
        }
        value();
      }
    }
    if (bytes.hasRemaining()) {
      throw error("something behind the value");
    }
  }

  private void value() throws DataCloneError {
    Kind kind = kind();
    switch (kind) {
      case UNDEFINED, NULL, FALSE, TRUE -> { }
      case NUMBER -> skip(Double.BYTES);
      case BIGINT -> bigint();
      case STRING -> string();
      case DATE -> {
        begin(NO_BUFFER);
        double time = Double.longBitsToDouble(number(Double.BYTES));
        if (!Double.isNaN(time) && (Math.abs(time) > LATEST || time != Math.rint(time))) {
          throw error("a date that is no whole number of milliseconds within 100,000,000 days of 1970");
        }
      }
      case ARRAY, SET -> open(1, false);
      case MAP -> open(2, false);
      case OBJECT -> open(1, true);
      case ARRAY_BUFFER -> buffer();
      case VIEW -> view();
      case ERROR -> {
        begin(NO_BUFFER);
        if (number(1) >= ErrorName.COUNT) {
          throw error("an error of no such name");
        }
        string();
      }
      case REFERENCE -> reference();
      case PORT -> {
        begin(NO_BUFFER);
        if (number(Integer.BYTES) >= ports) {
          throw error("a port that is not in the transfer list of " + ports);
        }
      }
    }
  }

  private Kind kind() throws DataCloneError {
    int at = bytes.position();
    long code = number(1);
    if (code >= Kind.ALL.length) {
      bytes.position(at);
      throw error("a kind of value that cannot be cloned (" + code + ")");
    }
    return Kind.ALL[(int) code];
  }

  /** Begins an object with so many values, of which each entry has some. */
  private void open(int each, boolean keyed) throws DataCloneError {
    begin(NO_BUFFER);
    long count = number(Integer.BYTES) * each;
    if (count > bytes.remaining()) {
      throw error("more values than bytes");
    }
    if (open.size() == MOST_LEVELS) {
      throw error("more than " + MOST_LEVELS + " values within each other");
    }
    open.push(new Open(count, keyed));
  }

  private void begin(int size) {
    if (objects == buffers.length) {
      buffers = Arrays.copyOf(buffers, 2 * objects);
    }
    buffers[objects++] = size;
  }

  /** A sign, and a magnitude without leading zeros. */
  private void bigint() throws DataCloneError {
    long sign = number(1);
    long size = number(Integer.BYTES);
    skip(size);
    if (sign > 1 || size > 0 && bytes.get(bytes.position() - 1) == 0 || size == 0 && sign != 0) {
      throw error("a bigint that is not in its shortest form");
    }
  }

  private void string() throws DataCloneError {
    long size = number(Integer.BYTES);
    int from = bytes.position();
    skip(size);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.array(), from, (int) size));
    } catch (CharacterCodingException malformed) {
      throw error("a string that is not UTF-8");
    }
  }

  private void buffer() throws DataCloneError {
    long size = number(Integer.BYTES);
    skip(size);
    begin((int) size);
  }

  /** A view begins, then comes its buffer, or a reference to it. */
  private void view() throws DataCloneError {
    begin(NO_BUFFER);
    long type = number(1);
    long offset = number(Integer.BYTES);
    long length = number(Integer.BYTES);
    if (type >= View.ALL.length) {
      throw error("a view of no such type");
    }
    Kind kind = kind();
    int number = objects;
    if (kind == Kind.ARRAY_BUFFER) {
      buffer();
    } else if (kind == Kind.REFERENCE) {
      number = reference();
    }
    int element = View.ALL[(int) type].element;
    if (number == objects || buffers[number] == NO_BUFFER) {
      throw error("a view of something that is no array buffer");
    }
    if (offset % element != 0 || offset + length * element > buffers[number]) {
      throw error("a view that does not lie in its array buffer");
    }
  }

  private int reference() throws DataCloneError {
    long number = number(Integer.BYTES);
    if (number >= objects) {
      throw error("a reference to an object that has not begun");
    }
    return (int) number;
  }

  /** The next number of so many bytes, unsigned below 8. */
  private long number(int size) throws DataCloneError {
    if (bytes.remaining() < size) {
      throw error("the end of the bytes within a value");
    }
    return switch (size) {
      case 1 -> bytes.get() & 0xffL;
      case Integer.BYTES -> bytes.getInt() & U32;
      default -> bytes.getLong();
    };
  }

  private void skip(long size) throws DataCloneError {
    if (bytes.remaining() < size) {
      throw error("the end of the bytes within a value");
    }
    bytes.position(bytes.position() + (int) size);
  }

  private DataCloneError error(String what) {
    return new DataCloneError("at byte " + bytes.position() + " is " + what);
  }
}
