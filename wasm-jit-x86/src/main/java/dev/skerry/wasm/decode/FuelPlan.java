package dev.skerry.wasm.decode;

import dev.skerry.wasm.format.Opcode;
import java.util.Arrays;

/**
 * What the basic blocks of one function body cost where fuel is counted: a unit for each instruction but those that
 * only give structure. A block's whole cost is due where it begins; whether any fuel is left is looked at where a
 * function begins and where a loop does, so that nothing runs on for more than a body without fuel. Both tiers ask this
 * table, which is why they count the same. They walk the body in order and ask about each instruction once.
 */
public final class FuelPlan {

  /** Where nothing is counted. */
  public static final FuelPlan NONE = new FuelPlan();

  private static final int INSTRUCTIONS_PER_POLL = 64;

  private int[] starts = new int[8];
  private int[] costs = new int[8];
  private boolean[] looks = new boolean[8];
  private int count;
  private int at;

  private FuelPlan() {
  }

  /**
   * The plan of a body that is known to be valid.
   *
   * @param poll called every fraction of a millisecond; what it throws ends the work
   */
  public static FuelPlan of(ModuleInfo module, ModuleInfo.FunctionBody body, Runnable poll) {
    FuelPlan plan = new FuelPlan();
    InstructionReader reader = new InstructionReader(module.bytes(), body.offset());
    int depth = 1;
    int start = body.offset();
    int cost = 0;
    boolean looked = true;
    for (int n = 0; depth > 0; n++) {
      if (n % INSTRUCTIONS_PER_POLL == 0) {
        poll.run();
      }
      Opcode opcode = reader.next();
      cost += cost(opcode);
      depth += depth(opcode);
      if (endsBlock(opcode)) {
        plan.add(start, cost, looked);
        start = reader.end();
        cost = 0;
        looked = opcode == Opcode.LOOP;
      }
    }
    return plan;
  }

  private void add(int start, int cost, boolean looked) {
    if (cost == 0 && !looked) {
      return;
    }
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      costs = Arrays.copyOf(costs, 2 * count);
      looks = Arrays.copyOf(looks, 2 * count);
    }
    starts[count] = start;
    costs[count] = cost;
    looks[count++] = looked;
  }

  private static int cost(Opcode opcode) {
    return switch (opcode) {
      case NOP, BLOCK, LOOP, ELSE, END, TRY, TRY_TABLE, CATCH, CATCH_ALL, DELEGATE -> 0;
      default -> 1;
    };
  }

  private static int depth(Opcode opcode) {
    return switch (opcode) {
      case BLOCK, LOOP, IF, TRY, TRY_TABLE -> 1;
      case END, DELEGATE -> -1;
      default -> 0;
    };
  }

  private static boolean endsBlock(Opcode opcode) {
    return switch (opcode) {
      case LOOP, IF, ELSE, END, CATCH, CATCH_ALL, DELEGATE, BR, BR_IF, BR_TABLE, BR_ON_NULL, BR_ON_NON_NULL, RETURN,
          UNREACHABLE, THROW, THROW_REF, RETHROW, RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> true;
      default -> false;
    };
  }

  /** Whether a block begins with the instruction at that byte offset; then {@link #cost} and {@link #looks} are its. */
  public boolean beginsAt(int offset) {
    if (at < count && starts[at] == offset) {
      at++;
      return true;
    }
    return false;
  }

  /** What the block that begins there costs. */
  public int cost() {
    return costs[at - 1];
  }

  /** Whether it is looked at there whether fuel is left. */
  public boolean looks() {
    return looks[at - 1];
  }
}
