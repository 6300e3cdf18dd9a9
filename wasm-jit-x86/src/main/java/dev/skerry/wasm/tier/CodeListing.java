package dev.skerry.wasm.tier;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.x64.Decoder;
import dev.skerry.wasm.x64.Instruction;
import java.util.Locale;

/** Writes compiled code as text, in Intel's syntax, with what calls lead to. Stable: there are no addresses in it. */
final class CodeListing {

  private final CompiledFunction code;
  private final StringBuilder text = new StringBuilder();

  private CodeListing(CompiledFunction code) {
    this.code = code;
  }

  static String of(CompiledFunction code) {
    CodeListing listing = new CodeListing(code);
    listing.write();
    return listing.text.toString();
  }

  private void write() {
    text.append(String.format(Locale.ROOT, "; %d bytes of instructions, %d of constants, frame %d, %d spill slots%n",
        code.codeBytes(), code.code().length - code.codeBytes(), code.frameBytes(), code.spillSlots()));
    Decoder decoder = new Decoder(code.code(), code.codeBytes());
    for (int at = 0; at < code.codeBytes();) {
      if (at == code.entry()) {
        text.append("entry:\n");
      }
      Instruction instruction = decoder.at(at);
      if (instruction == null) {
        text.append(String.format(Locale.ROOT, "%5x: (byte) 0x%02x%n", at, code.code()[at]));
        at++;
        continue;
      }
      int end = at + instruction.length();
      text.append(String.format(Locale.ROOT, "%5x: %s%s%n", at, instruction.toString(at), note(end)));
      at = end;
    }
  }

  /** What is known of an instruction that ends there. */
  private String note(int end) {
    StringBuilder note = new StringBuilder();
    int[] relocations = code.relocations();
    for (int row = 0; row < relocations.length; row += CompiledFunction.RELOCATION_FIELDS) {
      if (relocations[row] + Integer.BYTES == end) {
        Symbol symbol = Symbol.of(relocations[row + 1]);
        note.append(' ').append(symbol.name().toLowerCase(Locale.ROOT));
        if (symbol == Symbol.TRAP) {
          note.append(' ').append(Trap.Kind.values()[relocations[row + 2]].message());
        } else if (symbol == Symbol.FUNCTION) {
          note.append(' ').append(relocations[row + 2]);
        }
      }
    }
    site(note, code.callSites(), CompiledFunction.CALL_SITE_FIELDS, end);
    site(note, code.trapSites(), CompiledFunction.TRAP_SITE_FIELDS, end);
    return note.length() == 0 ? "" : "  ;" + note;
  }

  private static void site(StringBuilder note, int[] table, int fields, int end) {
    int row = CompiledFunction.find(table, fields, end);
    if (row >= 0) {
      note.append(" at byte ").append(table[row + CompiledFunction.WASM_OFFSET]);
    }
  }
}
