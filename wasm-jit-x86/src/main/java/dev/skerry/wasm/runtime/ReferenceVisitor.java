package dev.skerry.wasm.runtime;

/** Is shown values that may be references of a store, among many that are not. */
@FunctionalInterface
interface ReferenceVisitor {

  void visit(int value);
}
