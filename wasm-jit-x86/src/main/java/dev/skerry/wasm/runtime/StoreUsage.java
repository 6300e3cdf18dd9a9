package dev.skerry.wasm.runtime;

import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.StoreLimits;

/**
 * What one store has taken of what its limits let it have, and how often they forbade more. Exact for the thread that
 * runs code in the store; any other may see an older count.
 */
public final class StoreUsage {

  private final StoreLimits limits;
  private final StoreMemory memory;
  private volatile long memoryBytes;
  private long tableElements;
  private long refusals;
  private long tableRefusals;
  private long instanceRefusals;
  private long nestingRefusals;

  StoreUsage(StoreLimits limits, StoreMemory memory) {
    this.limits = limits;
    this.memory = memory;
  }

  /** Bytes of linear memory. */
  public long memoryBytes() {
    return memoryBytes;
  }

  /** Elements of all tables. */
  public long tableElements() {
    return tableElements;
  }

  /** How often memory or table elements were forbidden. */
  public long refusals() {
    return refusals;
  }

  /** How many of them were of table elements. */
  public long tableRefusals() {
    return tableRefusals;
  }

  /** How often an instance more was forbidden. */
  public long instanceRefusals() {
    return instanceRefusals;
  }

  /** How often a host function was not let back into guest code because too many were. */
  public long nestingRefusals() {
    return nestingRefusals;
  }

  void refuseInstance() {
    instanceRefusals++;
  }

  void refuseNesting() {
    nestingRefusals++;
  }

  /**
   * Counts an instance.
   *
   * @param nativeBytes its blocks
   * @param heapBytes its objects
   */
  void takeInstance(long nativeBytes, long heapBytes) throws LinkError {
    String refused = memory.take(heapBytes, nativeBytes);
    if (refused != null) {
      refusals++;
      throw new LinkError("an instance needs " + (nativeBytes + heapBytes) + " bytes, more than is left of " + refused);
    }
  }

  void returnInstance(long nativeBytes, long heapBytes) {
    memory.giveBack(heapBytes, nativeBytes);
  }

  /** Counts bytes of linear memory; false if that would be over the limit. */
  boolean takeMemory(long bytes) {
    if (!memory.takeLinear(bytes)) {
      refusals++;
      return false;
    }
    memoryBytes += bytes;
    return true;
  }

  void returnMemory(long bytes) {
    memory.giveBackLinear(bytes);
    memoryBytes -= bytes;
  }

  /** Counts elements of tables; false if that would be over the limit. */
  boolean takeElements(long count) {
    if (count > limits.tableElements() - tableElements) {
      refusals++;
      tableRefusals++;
      return false;
    }
    tableElements += count;
    return true;
  }

  void returnElements(long count) {
    tableElements -= count;
  }

  /** All memory is given back. */
  void close() {
    memoryBytes = 0;
    memory.close();
  }
}
