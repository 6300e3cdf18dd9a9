package dev.skerry.wasm;

import java.util.ArrayList;
import java.util.List;

/** A trap (WASM core 4.2.1): ends the activation; the store stays consistent and usable. */
public final class Trap extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What went wrong, with the message that the specification's test suite uses. */
  public enum Kind {
    UNREACHABLE("unreachable"),
    INTEGER_DIVIDE_BY_ZERO("integer divide by zero"),
    INTEGER_OVERFLOW("integer overflow"),
    INVALID_CONVERSION("invalid conversion to integer"),
    MEMORY_OUT_OF_BOUNDS("out of bounds memory access"),
    TABLE_OUT_OF_BOUNDS("out of bounds table access"),
    UNDEFINED_ELEMENT("undefined element"),
    UNINITIALIZED_ELEMENT("uninitialized element"),
    INDIRECT_CALL_TYPE_MISMATCH("indirect call type mismatch"),
    NULL_FUNCTION_REFERENCE("null function reference"),
    NULL_REFERENCE("null reference"),
    NULL_EXCEPTION_REFERENCE("null exception reference"),
    UNALIGNED_ATOMIC("unaligned atomic"),
    EXPECTED_SHARED_MEMORY("expected shared memory"),
    STACK_EXHAUSTED("call stack exhausted"),
    INTERRUPTED("interrupted"),
    /** A {@link WasmException} that nothing caught, where an embedder treats it as the end of a task. */
    UNCAUGHT_EXCEPTION("uncaught exception"),
    /** The host refused something that the guest asked for, such as a pointer outside its memory. */
    HOST("host"),
    /** A {@link Timeout} was reached, which the detail names. */
    TIMED_OUT("time limit reached"),
    /** The fuel that {@link Store#setFuel} gave is spent. */
    OUT_OF_FUEL("out of fuel");

    private final String message;

    Kind(String message) {
      this.message = message;
    }

    public String message() {
      return message;
    }
  }

  /**
   * One guest frame.
   *
   * @param module the module's name, or an empty string
   * @param function index in the module's function index space
   * @param name the function's name from the name section or an export, or an empty string
   * @param offset byte offset of the instruction in the module, or -1 where it is not known
   * @param lines the source lines of the module
   */
  public record Frame(String module, int function, String name, long offset, SourceLines lines) {

    /** The place in the source, as in {@code main.c:12}, or an empty string; what says so is read now. */
    public String source() {
      return lines.at(offset);
    }

    /** The same frame with its source read, which does not hold on to the module. */
    public Frame withSource() {
      String known = source();
      return new Frame(module, function, name, offset, any -> known);
    }

    /** As in {@code module.function at main.c:12 (byte 0x1f)}, of which only what is known; of untrusted text. */
    public String describe() {
      String known = name.isEmpty() ? "function " + function : name;
      String place = source();
      return (module.isEmpty() ? known : module + "." + known) + (place.isEmpty() ? "" : " at " + place)
          + (offset < 0 ? "" : " (byte 0x" + Long.toHexString(offset) + ")");
    }
  }

  /** Source lines by code. */
  public interface SourceLines {

    /** The place in the source of the instruction at that offset in the module, or an empty string. */
    String at(long offset);
  }

  /** The most frames that a trap keeps: the innermost ones. */
  public static final int MAX_FRAMES = 64;

  private final Kind kind;
  private final String detail;
  private final transient List<Frame> frames;

  public Trap(Kind kind, String detail, List<Frame> frames) {
    super(detail == null ? kind.message() : kind.message() + ": " + detail, null, false, false);
    this.kind = kind;
    this.detail = detail;
    this.frames = List.copyOf(frames);
  }

  /** A trap raised by a host function; the engine adds the guest's frames when it passes through. */
  public static Trap host(String reason) {
    return new Trap(Kind.HOST, reason, List.of());
  }

  /** This trap as it is seen further out: with more frames behind its own. */
  public Trap behind(List<Frame> outer) {
    int room = Math.min(outer.size(), MAX_FRAMES - frames.size());
    if (room <= 0) {
      return this;
    }
    List<Frame> all = new ArrayList<>(frames);
    all.addAll(outer.subList(0, room));
    return new Trap(kind, detail, all);
  }

  public Kind kind() {
    return kind;
  }

  /** The guest's frames, innermost first. */
  public List<Frame> frames() {
    return frames;
  }
}
