package dev.skerry.wasm.cache;

import dev.skerry.wasm.verify.Proof;
import java.util.Map;
import java.util.Set;

/** The proofs of one module's code that this process made; what they take is known without a look at each. */
final class RememberedProofs {

  private final Map<CodeId, Proof> proofs;
  private long byteLength;
  /** Of the module, which all proofs compare: they are mostly the same array, and count once. */
  private int moduleByteLength;

  /** @param proofs where they are kept; empty */
  RememberedProofs(Map<CodeId, Proof> proofs) {
    this.proofs = proofs;
  }

  /** What was proved of a piece, or null. */
  Proof get(CodeId id) {
    return proofs.get(id);
  }

  void put(CodeId id, Proof proof) {
    Proof former = proofs.put(id, proof);
    byteLength += proof.byteLength() - (former == null ? 0 : former.byteLength());
    moduleByteLength = proof.moduleByteLength();
  }

  /** Forgets all but those pieces. */
  void retain(Set<CodeId> ids) {
    proofs.keySet().retainAll(ids);
    byteLength = proofs.values().stream().mapToLong(Proof::byteLength).sum();
  }

  /** Bytes that all take. */
  long byteLength() {
    return proofs.isEmpty() ? 0 : byteLength + moduleByteLength;
  }
}
