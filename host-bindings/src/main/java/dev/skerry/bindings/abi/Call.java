package dev.skerry.bindings.abi;

import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Table;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * One call of a host function by the instance that imported it: typed views of its arguments, and the place of its
 * result. It lives as long as the call; whatever outlives the call copies what it needs.
 */
public final class Call {

  /** The export through which an {@code i32} callback is looked up. */
  public static final String CALLBACK_TABLE = "__indirect_function_table";

  /** The type of every callback: takes the user data that it was registered with. */
  public static final FuncType CALLBACK_TYPE = FuncType.of("i32 ->");

  /** What a function answers where there is nothing to answer with. */
  public static final int NONE = -1;

  private static final String MEMORY = "memory";
  private static final long U32 = 0xffff_ffffL;

  private final String label;
  private final Binding binding;
  private final Instance caller;
  private final long[] slots;
  private final boolean awaited;
  /** What a guest that waited is answered with; its slots are not read again. */
  private Object awaitedResult;

  Call(String label, Binding binding, Instance caller, long[] slots) {
    this(label, binding, caller, slots, false);
  }

  private Call(String label, Binding binding, Instance caller, long[] slots, boolean awaited) {
    this.awaited = awaited;
    this.label = label;
    this.binding = binding;
    this.caller = caller;
    this.slots = slots;
  }

  public int i32(int slot) {
    return (int) slots[slot];
  }

  /** An {@code i32} argument as the unsigned number that sizes and addresses are. */
  public long u32(int slot) {
    return slots[slot] & U32;
  }

  public long i64(int slot) {
    return slots[slot];
  }

  /** The UTF-8 string that the guest passed as {@code (ptr, len)} in this slot and the next. */
  public String string(int slot) {
    return memory().string(binding.parameter(slot), u32(slot), u32(slot + 1));
  }

  /** The bytes that the guest passed as {@code (ptr, len)} in this slot and the next. */
  public byte[] bytes(int slot) {
    return memory().bytes(binding.parameter(slot), u32(slot), u32(slot + 1));
  }

  /** The same, behind so many bytes that are 0. */
  public byte[] bytes(int slot, int behind) {
    return memory().bytes(binding.parameter(slot), u32(slot), u32(slot + 1), behind);
  }

  /** Answers as {@link #answer(int, byte[])} does, in UTF-8. */
  public void answer(int slot, String text) {
    answer(slot, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Answers with bytes in the result buffer {@code (buf, cap)} of this slot and the next, and with their size; with
   * {@link #NONE} when there are none, that is for null. The buffer is checked in either case.
   */
  public void answer(int slot, byte[] bytes) {
    answer(slot, bytes, 0);
  }

  /** The same, with those bytes that stand behind so many. */
  public void answer(int slot, byte[] bytes, int behind) {
    GuestMemory memory = memory();
    long buffer = memory.check(binding.parameter(slot), u32(slot), u32(slot + 1));
    int size = bytes == null ? NONE : bytes.length - behind;
    if (bytes != null && size <= u32(slot + 1)) {
      memory.write(binding.parameter(slot), buffer, bytes, behind, size);
    }
    result(size);
  }

  /** The host object behind the handle in this slot, which must be of this kind and not null. */
  public <T> T handle(int slot, Class<T> kind, String kindName) {
    Object object = store().externOf(i32(slot));
    if (!kind.isInstance(object)) {
      throw trap(binding.parameter(slot) + (object == null ? " is null" : " is a handle of another kind")
          + " where " + kindName + " is needed");
    }
    return kind.cast(object);
  }

  /** The callback at an index of the caller's exported table; its type is checked here, once. */
  public Func tableCallback(int slot) {
    long index = u32(slot);
    Table table = instance().table(CALLBACK_TABLE)
        .filter(found -> found.type().element().equals(ValType.FUNCREF))
        .orElseThrow(() -> trap("the instance exports no function table named " + CALLBACK_TABLE));
    if (index >= table.size()) {
      throw trap(binding.parameter(slot) + " " + index + " lies outside the table of " + table.size() + " elements");
    }
    return callback(slot, store().funcOf(table.get(index)), "element " + index + " of the table");
  }

  /** The callback passed as a {@code funcref}; its type is checked here, once. */
  public Func refCallback(int slot) {
    return callback(slot, store().funcOf(i32(slot)), "the reference");
  }

  private Func callback(int slot, Func func, String place) {
    if (func == null) {
      throw trap(binding.parameter(slot) + " is null: " + place + " holds no function");
    }
    if (!func.type().equals(CALLBACK_TYPE)) {
      throw trap(binding.parameter(slot) + " has type '" + func.type() + "' where '" + CALLBACK_TYPE + "' is needed");
    }
    return func;
  }

  /** The caller's exported memory, as it is at this moment. */
  public GuestMemory memory() {
    Memory memory = instance().memory(MEMORY)
        .orElseThrow(() -> trap("the instance exports no memory named " + MEMORY));
    return new GuestMemory(this, memory);
  }

  /** The instance that imported this function. */
  public Instance instance() {
    if (caller == null) {
      throw trap("no instance imported this function");
    }
    return caller;
  }

  public Store store() {
    return instance().store();
  }

  /** Lets an interrupt through; see {@link Store#poll}. */
  public void poll() {
    store().poll();
  }

  /**
   * Suspends the guest that calls until there is a value, and leaves its thread to others. The host function returns
   * after this.
   *
   * @param begin begins what is waited for; not run where the guest cannot wait. A failure becomes a trap
   * @param then takes the value, with a call of the same arguments for memory and result; runs as a part of the task
   *     that resumes the guest
   * @throws Trap where the guest cannot wait: a host function called it, or it is a start function
   */
  public <T> void await(Supplier<? extends CompletionStage<T>> begin, BiConsumer<Call, T> then) {
    CompletableFuture<T> value = new CompletableFuture<>();
    try {
      store().suspend(new Awaited<>(new Call(label, binding, caller, slots.clone(), true), value, then));
    } catch (Trap refused) {
      throw trap("the guest cannot wait here: a call that must end at once lies between it and its event loop");
    }
    begin.get().whenComplete((result, failure) -> {
      if (failure == null) {
        value.complete(result);
      } else {
        value.completeExceptionally(failure instanceof CompletionException ? failure.getCause() : failure);
      }
    });
  }

  /** The results that a guest which waited is resumed with. */
  Object[] awaitedResults() {
    return binding.type().results().isEmpty() ? new Object[0] : new Object[] {awaitedResult};
  }

  public void result(int value) {
    if (awaited) {
      awaitedResult = value;
    } else {
      slots[0] = value & U32;
    }
  }

  public void result(double value) {
    if (awaited) {
      awaitedResult = value;
    } else {
      slots[0] = Double.doubleToRawLongBits(value);
    }
  }

  /** Answers with a handle for the object; null is the null reference. */
  public void result(Object object) {
    if (awaited) {
      awaitedResult = object;
    } else {
      slots[0] = store().refOf(object) & U32;
    }
  }

  /** A trap that names this function. */
  public Trap trap(String reason) {
    return Trap.host(label + ": " + reason);
  }
}
