package dev.skerry.wasm.decode;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.decode.ModuleInfo.NameSection;
import dev.skerry.wasm.format.ByteReader;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** Reads the name section (WASM core appendix 7.4.1): what is broken in it is left out, and never an error. */
final class NameSectionReader {

  static final String NAME = "name";
  private static final int MODULE = 0;
  private static final int FUNCTIONS = 1;

  private NameSectionReader() {
  }

  static NameSection read(byte[] contents, int functions) {
    ByteReader in = new ByteReader(contents);
    String module = "";
    Map<Integer, String> names = new HashMap<>();
    try {
      while (!in.atEnd()) {
        int id = in.u8();
        int end = in.length() + in.position();
        if (id == MODULE) {
          module = in.name();
        } else if (id == FUNCTIONS) {
          functionNames(in, functions, names);
        }
        in.position(end);
      }
    } catch (CompileError broken) {
      return new NameSection(module, Collections.unmodifiableMap(names));
    }
    return new NameSection(module, Collections.unmodifiableMap(names));
  }

  private static void functionNames(ByteReader in, int functions, Map<Integer, String> names) throws CompileError {
    int count = in.u32();
    for (int i = 0; i != count; i++) {
      int index = in.u32();
      String name = in.name();
      if (Integer.compareUnsigned(index, functions) < 0) {
        names.putIfAbsent(index, name);
      }
    }
  }
}
