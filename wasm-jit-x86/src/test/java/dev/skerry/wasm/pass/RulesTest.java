package dev.skerry.wasm.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.semantics.Operators;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every rewrite rule holds for random values and for those at the edges, traps included. */
class RulesTest {

  private static final long SEED = Long.getLong("skerry.seed", 20_260_301);
  private static final int HELD = 200;
  private static final int TRIES = 60_000;
  private static final long TRAPPED = 0x7ba9_7ba9_7ba9_7ba9L;

  private final Random random = new Random(SEED);

  private static List<Rule> rules() {
    List<Rule> all = new ArrayList<>();
    for (Rule[] rules : Rule.table()) {
      all.addAll(Arrays.asList(rules));
    }
    return all;
  }

  @Test
  void everyRuleHoldsWhereItsConditionDoes() {
    for (Rule rule : rules()) {
      byte[] types = new byte[Rule.VARIABLES];
      types(rule.pattern, types);
      int held = 0;
      for (int i = 0; i < TRIES && held < HELD; i++) {
        long[] values = new long[Rule.VARIABLES];
        for (int v = 0; v < values.length; v++) {
          values[v] = value(types[v]);
        }
        if (rule.condition != null && evaluate(rule.condition, values) == 0) {
          continue;
        }
        held++;
        assertEquals(evaluate(rule.pattern, values), evaluate(rule.result, values),
            () -> rule + " for " + Arrays.toString(values) + ", seed " + SEED);
      }
      assertTrue(held > 4, "only " + held + " values were found for " + rule);
    }
  }

  @Test
  void resultsHaveTheTypeOfTheirPattern() {
    for (Rule rule : rules()) {
      byte[] types = new byte[Rule.VARIABLES];
      types(rule.pattern, types);
      boolean select = rule.pattern.value == Opcode.SELECT.ordinal();
      byte type = switch (rule.result.kind) {
        case Rule.ANY, Rule.CONSTANT -> types[(int) rule.result.value];
        default -> rule.result.type;
      };
      assertTrue(select || type == rule.pattern.type, rule.toString());
    }
  }

  @Test
  void noRuleIsHiddenByOneBeforeIt() {
    for (Rule[] rules : Rule.table()) {
      for (int i = 0; i < rules.length; i++) {
        for (int k = 0; k < i; k++) {
          String pattern = rules[i].text.substring(0, rules[i].text.indexOf("=>"));
          String earlier = rules[k].text.substring(0, rules[k].text.indexOf("=>"));
          assertTrue(!pattern.equals(earlier) || rules[k].condition != null, rules[i] + " is never reached");
        }
      }
    }
  }

  private static void types(Rule.Node node, byte[] types) {
    if (node.kind == Rule.ANY || node.kind == Rule.CONSTANT) {
      types[(int) node.value] = node.type;
    }
    for (Rule.Node operand : node.operands) {
      types(operand, types);
    }
  }

  private long value(byte type) {
    return switch (type) {
      case IrType.I64 -> integer();
      case IrType.F32 -> Float.floatToRawIntBits((float) real()) & 0xffff_ffffL;
      case IrType.F64 -> Double.doubleToRawLongBits(real());
      default -> integer() & 0xffff_ffffL;
    };
  }

  private long integer() {
    return switch (random.nextInt(10)) {
      case 0 -> random.nextInt(3) - 1;
      case 1 -> 1L << random.nextInt(64);
      case 2 -> (1L << random.nextInt(64)) - 1;
      case 3 -> -(1L << random.nextInt(64));
      case 4 -> random.nextInt(70);
      case 5 -> random.nextInt();
      case 6 -> random.nextLong() >>> random.nextInt(64);
      case 7 -> 0xffff_ffffL;
      case 8 -> random.nextBoolean() ? 255 : 65535;
      default -> random.nextLong();
    };
  }

  private double real() {
    return switch (random.nextInt(6)) {
      case 0 -> Math.scalb(random.nextBoolean() ? 1 : -1, random.nextInt(2200) - 1100);
      case 1 -> Math.scalb(random.nextBoolean() ? 1 : -1, random.nextInt(300) - 150);
      case 2 -> random.nextBoolean() ? Double.NEGATIVE_INFINITY : -0.0;
      case 3 -> random.nextInt(10);
      case 4 -> Math.scalb(random.nextGaussian(), random.nextInt(2200) - 1100);
      default -> random.nextGaussian();
    };
  }

  private static long evaluate(Rule.Node node, long[] values) {
    switch (node.kind) {
      case Rule.LITERAL -> {
        return node.value;
      }
      case Rule.WIDTH -> {
        return Long.SIZE - Long.numberOfLeadingZeros(values[(int) node.value]);
      }
      case Rule.OPERATOR -> {
        long a = evaluate(node.operands[0], values);
        long b = node.operands.length > 1 ? evaluate(node.operands[1], values) : 0;
        if (node.value == Opcode.SELECT.ordinal()) {
          return evaluate(node.operands[2], values) != 0 ? a : b;
        }
        try {
          return a == TRAPPED || b == TRAPPED ? TRAPPED
              : Operators.evaluate(Opcode.values()[(int) node.value], a, b);
        } catch (Trap trap) {
          return TRAPPED;
        }
      }
      default -> {
        return values[(int) node.value];
      }
    }
  }
}
