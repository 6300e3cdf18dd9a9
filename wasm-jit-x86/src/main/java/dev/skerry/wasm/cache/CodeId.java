package dev.skerry.wasm.cache;

/**
 * Which piece of a module's code.
 *
 * @param function index in the function index space
 * @param loop byte offset in the module of the loop that it enters at, or -1 for the function's begin
 */
public record CodeId(int function, int loop) {

  // Written out: a cold JVM takes many milliseconds to make a record's.

  @Override
  public boolean equals(Object other) {
    return other instanceof CodeId that && function == that.function && loop == that.loop;
  }

  @Override
  public int hashCode() {
    return 31 * function + loop;
  }
}
