package dev.skerry.wasm;

import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.runtime.ExceptionInstance;
import java.util.ArrayList;
import java.util.List;

/**
 * An exception of the language (WASM core 4.2.11): guest code throws and catches it, and so may hosts. One that no
 * guest catches reaches the embedder with the frames that it left; one that a host function throws goes on to the guest
 * that called, if the tag belongs to its store.
 */
public final class WasmException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Store store;
  private final transient ExceptionInstance exception;
  private final transient List<Trap.Frame> frames;

  /**
   * A new exception.
   *
   * @param values as in {@link Func#call}, one for each parameter of the tag's type
   */
  public WasmException(Tag tag, Object... values) {
    this(tag.store(), new ExceptionInstance(tag.tag(), payload(tag, values)), List.of());
  }

  /** An exception that left so many frames already, for the runtime. */
  public WasmException(Store store, ExceptionInstance exception, List<Trap.Frame> frames) {
    super("uncaught exception with a tag of type (" + exception.tag().type().type() + ")", null, false, false);
    this.store = store;
    this.exception = exception;
    this.frames = List.copyOf(frames);
  }

  private static long[] payload(Tag tag, Object[] values) {
    List<ValType> types = tag.type().type().params();
    if (values.length != types.size()) {
      throw new IllegalArgumentException(
          "an exception of type " + tag.type().type() + " carries " + types.size() + " values, not " + values.length);
    }
    long[] slots = new long[tag.type().type().paramSlots()];
    int slot = 0;
    for (int i = 0; i < values.length; i++) {
      Values.put(tag.store(), types.get(i), values[i], slots, slot);
      slot += types.get(i).slots();
    }
    return slots;
  }

  /** The exception itself, for the runtime: the same for all Java exceptions that stand for it. */
  public ExceptionInstance exception() {
    return exception;
  }

  public Tag tag() {
    return new Tag(store, exception.tag());
  }

  /** The values that it carries, as in {@link Func#call}. */
  public List<Object> values() {
    List<Object> values = new ArrayList<>();
    int slot = 0;
    for (ValType type : exception.tag().type().type().params()) {
      values.add(Values.get(store, type, exception.payload(), slot));
      slot += type.slots();
    }
    return values;
  }

  /** The guest's frames that it left, innermost first, at most {@link Trap#MAX_FRAMES}. */
  public List<Trap.Frame> frames() {
    return frames;
  }

  /** This exception as the trap that ends a task in which nothing caught it. */
  public Trap uncaught() {
    return new Trap(Trap.Kind.UNCAUGHT_EXCEPTION, "its tag is of type (" + tag().type().type() + ")", frames);
  }

  /** This exception as it is seen further out: with more frames behind its own. */
  public WasmException behind(List<Trap.Frame> outer) {
    int room = Math.min(outer.size(), Trap.MAX_FRAMES - frames.size());
    if (room <= 0) {
      return this;
    }
    List<Trap.Frame> all = new ArrayList<>(frames);
    all.addAll(outer.subList(0, room));
    return new WasmException(store, exception, all);
  }
}
