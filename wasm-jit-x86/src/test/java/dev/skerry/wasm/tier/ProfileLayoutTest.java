package dev.skerry.wasm.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.BranchCounts;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.runtime.ModuleCode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What a function was seen doing in tier 0 is the straight way through its machine code. Functions are {@code f}, of a
 * module that imports a function of type {@code i32 -> i32} as function 0; they ran before in code that counts.
 */
class ProfileLayoutTest {

  private static final Pattern JUMP = Pattern.compile("(?m)^ *(\\p{XDigit}+): (j\\S+) 0x(\\p{XDigit}+)");
  private static final String TURN_AGAIN = "local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end; local.get 1";

  /** The code of a loop that runs so many times, which counted that or not: from its header to its jump back. */
  private static String loop(String body, int turns) throws Exception {
    return loopOf(listing(body, turns));
  }

  private static String loopOf(String listing) {
    int from = -1;
    int to = -1;
    for (Matcher jump = JUMP.matcher(listing); jump.find();) {
      int target = Integer.parseInt(jump.group(3), 16);
      if (target < Integer.parseInt(jump.group(1), 16)) {
        from = listing.indexOf(String.format("%x:", target));
        to = jump.end();
        break;
      }
    }
    assertTrue(from >= 0, listing);
    return listing.substring(from, to);
  }

  private static String listing(String body, int turns) throws Exception {
    TestModule module = new TestModule().importFunc("host", "f", "i32 -> i32")
        .func("f", "i32 -> i32", "i32", "loop; " + body + "; " + TURN_AGAIN);
    return listing(module, turns);
  }

  private static String listing(TestModule module, int turns) throws Exception {
    ModuleCode code = BranchCounts.after(module, turns);
    Dump.Recorder recorder = Dump.ASM.recorder();
    new Compiler(new EngineOptions(Tier.JIT, MemoryStrategy.GUARD, false, true), CpuFeatures.floor(),
        CompileSteps.without("unrolling,alignment")).compile(code, 1, -1, recorder);
    return recorder.text();
  }

  @Test
  void givenWhatRanOnceInTenThousandTurnsThenItIsNotInTheLoop() throws Exception {
    String body = "local.get 0; i32.const 5000; i32.eq; if; local.get 1; call 0; local.set 1; end";

    String unknown = loop(body, 0);
    String known = loop(body, 10_000);

    assertTrue(unknown.contains("call"), unknown);
    assertFalse(known.contains("call"), known);
    assertFalse(known.contains("[rsp"), known);
  }

  @Test
  void givenOneArmThatRunsTwiceAsOftenAsNotThenBothAreInTheLoop() throws Exception {
    String body = "local.get 0; i32.const 3; i32.rem_u; if; local.get 1; i32.const 5; i32.xor; local.set 1; else; "
        + "local.get 1; i32.const 3; i32.mul; local.set 1; end";

    String known = loop(body, 10_000);

    assertTrue(known.contains("xor") && known.contains("imul"), known);
  }

  @Test
  void givenOneArmThatRunsSeldomThenTheOtherIsStraight() throws Exception {
    String arms = "if; local.get 1; i32.const 5; i32.xor; local.set 1; else; "
        + "local.get 1; i32.const 11; i32.mul; local.set 1; end";
    String often = "local.get 0; i32.const 15; i32.and; " + arms;
    String seldom = "local.get 0; i32.const 15; i32.and; i32.eqz; " + arms;

    for (String body : List.of(often, seldom)) {
      assertEquals(4, jumps(loop(body, 0)), "for a poll, two for the arms, one back");
      assertEquals(3, jumps(loop(body, 10_000)), "for a poll, to the arm that is elsewhere, back");
    }
    assertTrue(loop(often, 10_000).contains("xor") && !loop(often, 10_000).contains("imul"));
    assertTrue(loop(seldom, 10_000).contains("imul") && !loop(seldom, 10_000).contains("xor"));
  }

  @Test
  void givenATableOfManyFunctionsOfWhichOneIsCalledThenThatIsInTheLoop() throws Exception {
    TestModule module = new TestModule().importFunc("host", "f", "i32 -> i32").table(ValType.FUNCREF, 8, 8)
        .elements("i32.const 0", 2, 3, 4, 5, 6, 7)
        .func("f", "i32 -> i32", "i32", "loop; local.get 1; local.get 0; i32.const 0; i32.lt_s; "
            + "call_indirect i32 -> i32; local.set 1; " + TURN_AGAIN);
    for (int i = 2; i < 8; i++) {
      module.func("f" + i, "i32 -> i32", "", "local.get 0; i32.const " + 111 * i + "; i32.xor");
    }

    String unknown = loopOf(listing(module, 0));
    String known = loopOf(listing(module, 10_000));

    assertTrue(unknown.contains("call") && !unknown.contains("0xde"), unknown);
    assertTrue(known.contains("xor") && known.contains("0xde") && !known.contains("call"), known);
  }

  /** A loop runs its turns before it is left: what comes behind it is as usual as what came before it. */
  @Test
  void givenWhatComesBehindALoopThenItIsNotCold() throws Exception {
    String inner = "i32.const 2000; local.set 1; loop; local.get 1; i32.const 1; i32.sub; local.tee 1; br_if 0; end; "
        + "local.get 0; call 0; local.set 1";

    String listing = listing(inner, 200);
    Matcher jump = JUMP.matcher(listing);

    int call = listing.indexOf("call");
    int last = -1;
    while (jump.find()) {
      last = Integer.parseInt(jump.group(3), 16) < Integer.parseInt(jump.group(1), 16) ? jump.start() : last;
    }
    assertTrue(call >= 0 && call < last, listing);
  }

  private static long jumps(String loop) {
    return JUMP.matcher(loop).results().count();
  }
}
