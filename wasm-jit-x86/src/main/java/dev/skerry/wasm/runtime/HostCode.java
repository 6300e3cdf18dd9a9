package dev.skerry.wasm.runtime;

/** What a host function does: reads its arguments from the slots and writes its results over them. */
@FunctionalInterface
public interface HostCode {

  void call(long[] slots);
}
