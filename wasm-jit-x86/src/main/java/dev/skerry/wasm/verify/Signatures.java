package dev.skerry.wasm.verify;

import dev.skerry.wasm.runtime.ModuleLayout;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;

/** The signatures of one module's types, made when first asked for; kept from function to function of the module. */
final class Signatures {

  private WeakReference<ModuleLayout> module = new WeakReference<>(null);
  private Contract contract;
  private Signature[] byType = {};
  /** Type by canonical number, or null if nobody asked yet. */
  private Map<Integer, Integer> byId;

  /** Speaks of the contract's module from here on. */
  void use(Contract next) {
    contract = next;
    if (module.get() != next.layout()) {
      module = new WeakReference<>(next.layout());
      byType = new Signature[next.module().types().length];
      byId = null;
    }
  }

  /** Lets go of the contract. */
  void release() {
    contract = null;
  }

  private Signature ofType(int type) {
    if (byType[type] == null) {
      byType[type] = Signature.of(contract.module().types()[type]);
    }
    return byType[type];
  }

  Signature ofFunction(int function) {
    return ofType(contract.module().functions()[function]);
  }

  /** The signature of a function type with that canonical number, or null if the module has none. */
  Signature withId(long id) {
    if (byId == null) {
      byId = new HashMap<>();
      for (int i = 0; i < byType.length; i++) {
        byId.putIfAbsent(contract.typeIds().applyAsInt(i), i);
      }
    }
    Integer type = id < 0 || id > Integer.MAX_VALUE ? null : byId.get((int) id);
    return type == null ? null : ofType(type);
  }
}
