package dev.skerry.wasm.decode;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.format.ByteReader;

/**
 * The name section (WASM core appendix 7.4.1), read when somebody asks: what is broken in it is left out, and never an
 * error. Thread-safe.
 */
public final class NameSection {

  /** What a module without names has. */
  public static final NameSection NONE = new NameSection(new byte[0], 0, 0, 0);

  static final String NAME = "name";
  private static final int MODULE = 0;
  private static final int FUNCTIONS = 1;

  private final byte[] bytes;
  private final int from;
  private final int end;
  private final int functions;
  private String module = "";
  /** For each function the place of its name, or 0; null as long as nobody asked. */
  private int[] places;

  /**
   * @param from place of the section's contents in the module
   * @param functions how many functions there are
   */
  NameSection(byte[] bytes, int from, int end, int functions) {
    this.bytes = bytes;
    this.from = from;
    this.end = end;
    this.functions = functions;
  }

  /** The module's name, or an empty string. */
  public synchronized String module() {
    read();
    return module;
  }

  /** The name of a function, or an empty string. */
  public synchronized String function(int index) {
    read();
    if (index >= places.length || places[index] == 0) {
      return "";
    }
    ByteReader in = reader();
    in.position(places[index]);
    try {
      return in.name();
    } catch (CompileError broken) {
      return "";
    }
  }

  private ByteReader reader() {
    ByteReader in = new ByteReader(bytes);
    in.position(from);
    in.limit(end);
    return in;
  }

  private void read() {
    if (places == null) {
      places = new int[from == end ? 0 : functions];
      try {
        subsections(reader());
      } catch (CompileError broken) {
        // What was read before it counts.
      }
    }
  }

  private void subsections(ByteReader in) throws CompileError {
    while (!in.atEnd()) {
      int id = in.u8();
      int behind = in.length() + in.position();
      if (id == MODULE) {
        module = in.name();
      } else if (id == FUNCTIONS) {
        functionNames(in);
      }
      in.position(behind);
    }
  }

  private void functionNames(ByteReader in) throws CompileError {
    int count = in.u32();
    for (int i = 0; i != count; i++) {
      int index = in.u32();
      int at = in.position();
      in.skip(in.length());
      if (Integer.compareUnsigned(index, places.length) < 0 && places[index] == 0) {
        places[index] = at;
      }
    }
  }
}
