package dev.skerry.wasm.lower;

import java.util.HashMap;
import java.util.Map;

/** The calling conventions of a module's types, each made once. Not for more than one thread. */
final class Signatures {

  private final Target target;
  private final Map<Integer, CallingConvention> ofTypes = new HashMap<>();

  Signatures(Target target) {
    this.target = target;
  }

  CallingConvention ofType(int type) {
    return ofTypes.computeIfAbsent(type, index -> CallingConvention.of(target.module().types()[index]));
  }

  CallingConvention ofFunction(int function) {
    return ofType(target.module().functions()[function]);
  }
}
