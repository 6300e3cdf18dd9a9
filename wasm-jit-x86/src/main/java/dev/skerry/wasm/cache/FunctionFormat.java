package dev.skerry.wasm.cache;

import dev.skerry.wasm.regalloc.CompiledFunction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A compiled function as bytes: lengths and sizes, then the tables, the guards, and the code, little-endian. Reading
 * takes no more memory than the bytes promise, and ends with their last one.
 */
final class FunctionFormat {

  private static final int HEADER_INTS = 14;

  private FunctionFormat() {
  }

  static byte[] write(CompiledFunction function) {
    int guardInts = function.guards().length;
    for (int[] guard : function.guards()) {
      guardInts += guard.length;
    }
    int ints = HEADER_INTS + function.relocations().length + function.typeSites().length + function.callSites().length
        + function.trapSites().length + function.faultSites().length + function.inlined().length + guardInts;
    ByteBuffer out = ByteBuffer.allocate(Math.addExact(Math.multiplyExact(ints, Integer.BYTES), function.code().length))
        .order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(function.codeBytes()).putInt(function.entry()).putInt(function.frameBytes())
        .putInt(function.parameterBytes()).putInt(function.blockCount()).putInt(function.spillSlots())
        .putInt(function.relocations().length).putInt(function.typeSites().length)
        .putInt(function.callSites().length).putInt(function.trapSites().length).putInt(function.faultSites().length)
        .putInt(function.inlined().length).putInt(function.guards().length).putInt(function.code().length);
    write(out, function.relocations());
    write(out, function.typeSites());
    write(out, function.callSites());
    write(out, function.trapSites());
    write(out, function.faultSites());
    write(out, function.inlined());
    for (int[] guard : function.guards()) {
      out.putInt(guard.length);
      write(out, guard);
    }
    return out.put(function.code()).array();
  }

  private static void write(ByteBuffer out, int[] table) {
    out.asIntBuffer().put(table);
    out.position(out.position() + table.length * Integer.BYTES);
  }

  /** @throws Damaged if the bytes are no function */
  static CompiledFunction read(byte[] bytes) throws Damaged {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int[] header = ints(in, HEADER_INTS);
    int[] relocations = ints(in, header[6]);
    int[] typeSites = ints(in, header[7]);
    int[] callSites = ints(in, header[8]);
    int[] trapSites = ints(in, header[9]);
    int[] faultSites = ints(in, header[10]);
    int[] inlined = ints(in, header[11]);
    requireRoom(in, header[12]);
    int[][] guards = new int[header[12]][];
    for (int i = 0; i < guards.length; i++) {
      guards[i] = ints(in, ints(in, 1)[0]);
    }
    if (header[13] != in.remaining()) {
      throw new Damaged("a function of another length than it says");
    }
    byte[] code = new byte[in.remaining()];
    in.get(code);
    return new CompiledFunction(code, header[0], header[1], header[2], header[3], relocations, typeSites, callSites,
        trapSites, faultSites, guards, inlined, header[4], header[5]);
  }

  private static void requireRoom(ByteBuffer in, int count) throws Damaged {
    if (count < 0 || count > in.remaining() / Integer.BYTES) {
      throw new Damaged("a table that is longer than its function");
    }
  }

  private static int[] ints(ByteBuffer in, int count) throws Damaged {
    requireRoom(in, count);
    int[] table = new int[count];
    in.asIntBuffer().get(table);
    in.position(in.position() + count * Integer.BYTES);
    return table;
  }
}
