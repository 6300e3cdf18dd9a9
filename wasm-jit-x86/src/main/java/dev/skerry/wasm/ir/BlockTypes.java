package dev.skerry.wasm.ir;

import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import java.util.List;

/** The block types of a module as {@link dev.skerry.wasm.decode.InstructionReader} reads them. */
final class BlockTypes {

  /** The block type of a block that takes and leaves nothing. */
  static final int EMPTY = -64;

  private static final int BYTE = 0x80;
  private static final FuncType NOTHING = new FuncType(List.of(), List.of());

  private final ModuleInfo module;
  private final FuncType[] single = new FuncType[BYTE];

  BlockTypes(ModuleInfo module) {
    this.module = module;
  }

  /** The type of a block. References to defined types count as some reference. */
  FuncType of(int index) {
    if (index >= 0) {
      return module.types()[index];
    }
    if (index == EMPTY) {
      return NOTHING;
    }
    int code = index & BYTE - 1;
    if (single[code] == null) {
      single[code] = new FuncType(List.of(), List.of(new ValType(code)));
    }
    return single[code];
  }
}
