package dev.skerry.wasm.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.x64.Assembler;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Label;
import dev.skerry.wasm.x64.Rel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Blocks, order, domination and loops are what following each single instruction says, whatever leads where. */
class FlowTest {

  private static final int ROUNDS = 30_000;
  private static final int MOST_NODES = 14;

  private final Listing listing = new Listing();
  private final Flow flow = new Flow(listing);

  private void build(Code code) throws VerificationError {
    CompiledFunction compiled = code.compiled();
    listing.read(compiled, 0, AllowedRows.here());
    flow.begin(compiled);
    flow.build();
  }

  @Test
  void givenRandomWaysThenBlocksAreOrderedByDomination() throws VerificationError {
    long start = Long.getLong("skerry.fuzz.seed", 20_261_122L);
    int irregular = 0;
    int tables = 0;
    int unreached = 0;
    int empty = 0;
    for (long seed = start; seed < start + ROUNDS; seed++) {
      Random random = new Random(seed);
      Code code = new Code();
      code.nodes(random, 1 + random.nextInt(MOST_NODES));
      build(code);
      while (!coversAll(code)) {
        flow.build();
      }
      new Truth(code, "seed " + seed).check();
      irregular += flow.isRegular() ? 0 : 1;
      tables += code.tables.size();
      for (int block = 0; block < flow.reached(); block++) {
        empty += flow.isEmpty(block) ? 1 : 0;
      }
      unreached += flow.reached() == 0 || flow.stop(flow.reached() - 1) < listing.count() ? 1 : 0;
    }
    assertTrue(irregular > ROUNDS / 50 && tables > ROUNDS / 4 && unreached > ROUNDS / 50 && empty > ROUNDS / 50,
        irregular + " with side entries, " + tables + " jumps by tables, " + empty + " blocks of several of them, "
            + unreached + " with unreached ends");
  }

  /** Asks for all entries of tables that the flow reaches, as the proof would. */
  private boolean coversAll(Code code) throws VerificationError {
    boolean all = true;
    for (int block = 0; block < flow.reached(); block++) {
      int last = flow.stop(block) - 1;
      Code.Table table = flow.isEmpty(block) ? null : code.tables.get(listing.offset(last));
      if (table != null) {
        all &= flow.covers(last, code.placeOf(table.start), table.targets.size());
      }
    }
    return all;
  }

  @Test
  void givenManyWaysToTheSameExitsThenTheFirstThatLeadsThereDominatesThem() throws VerificationError {
    int links = 5000;
    int exits = 70;
    Code code = new Code();
    Label[] out = new Label[exits];
    Arrays.setAll(out, i -> code.assembler.label());
    for (int link = 0; link < links; link++) {
      code.assembler.emit(ControlRows.JCC_REL32.of(Condition.E), out[link * 31 % exits]);
    }
    code.assembler.emit(ControlRows.RET);
    for (Label exit : out) {
      code.bind(exit);
      code.assembler.emit(ControlRows.RET);
    }
    build(code);
    assertEquals(links + 1 + exits, flow.reached());
    for (int link = 0; link < exits; link++) {
      int from = block(link);
      int exit = flow.taken(from);
      assertEquals(from, flow.dominator(exit), "exit " + exit);
      assertFalse(flow.hasOneWay(exit));
    }
  }

  @Test
  void givenWaysFromEachPlaceToEachLoopThenTheWorkIsLimited() {
    Code code = new Code();
    int starts = 1500;
    Label[] start = new Label[starts];
    Arrays.setAll(start, i -> code.assembler.label());
    for (Label each : start) {
      code.assembler.emit(ControlRows.JCC_REL32.of(Condition.E), each);
    }
    code.assembler.emit(ControlRows.RET);
    for (int i = 0; i < starts; i++) {
      code.bind(start[i]);
      code.assembler.emit(ControlRows.JCC_REL32.of(Condition.NE), start[(i + 1) % starts]);
      code.assembler.emit(ControlRows.JCC_REL32.of(Condition.E), start[(i + starts - 1) % starts]);
    }
    code.assembler.emit(ControlRows.RET);
    VerificationError error = assertThrows(VerificationError.class, () -> build(code));
    assertTrue(error.getMessage().contains("loops are entered at too many places"), error.getMessage());
  }

  @Test
  void givenOneBlockThenItIsAll() throws VerificationError {
    Code code = new Code();
    code.assembler.emit(ControlRows.RET);
    build(code);
    assertEquals(1, flow.reached());
    assertEquals(0, flow.headerCount());
    assertEquals(Flow.NONE, flow.dominator(0));
    assertEquals(1, flow.taken(0));
    assertEquals(1, flow.following(0));
  }

  @Test
  void givenABlockThatLeadsToItselfThenItIsALoop() throws VerificationError {
    Code code = new Code();
    Label start = code.assembler.here();
    code.assembler.emit(ControlRows.JCC_REL32.of(Condition.E), start);
    code.assembler.emit(ControlRows.RET);
    build(code);
    assertEquals(1, flow.headerCount());
    assertTrue(flow.isHeader(0) && flow.isRoot(0) && flow.root(0) == 0 && flow.isBack(0, flow.taken(0)));
    assertTrue(flow.hasOneWay(1));
  }

  @Test
  void givenTheStackIsCheckedFirstThenTheFunctionBeginsAgainWithoutALoop() throws VerificationError {
    Code code = new Code();
    Label more = code.assembler.label();
    Label start = begin(code, more);
    code.assembler.emit(ControlRows.RET);
    code.bind(more);
    code.stub(Symbol.STACK);
    code.assembler.emit(ControlRows.JMP_REL32, start);
    build(code);
    assertEquals(0, flow.headerCount());
    assertEquals(1, flow.reached());
    assertEquals(1 << Gpr.R11.ordinal(), flow.changedAtBegin());
    assertEquals(Flow.TRAPS, flow.end(2));
  }

  @Test
  void givenAWayBetweenTheBeginAndItsCheckThenTheFunctionBeginsOnceInALoop() throws VerificationError {
    Code code = new Code();
    Label more = code.assembler.label();
    Label between = code.assembler.label();
    Label start = code.assembler.here();
    code.assembler.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Gpr.RDI);
    code.bind(between);
    code.assembler.emit(IntegerRows.CMP_R_RM.of(64), Gpr.RSI, Gpr.R11);
    code.assembler.emit(ControlRows.JCC_REL32.of(Condition.B), more);
    code.assembler.emit(ControlRows.JCC_REL32.of(Condition.E), between);
    code.assembler.emit(ControlRows.RET);
    code.bind(more);
    code.stub(Symbol.STACK);
    code.assembler.emit(ControlRows.JMP_REL32, start);
    build(code);
    assertEquals(2, flow.headerCount());
    assertEquals(Flow.NONE, flow.changedAtBegin());
    assertEquals(Flow.ENDS, flow.end(2));
    assertTrue(flow.isHeader(0) && flow.isHeader(block(1)));
  }

  private static Label begin(Code code, Label more) {
    Label start = code.assembler.here();
    code.assembler.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Gpr.RDI);
    code.assembler.emit(IntegerRows.CMP_R_RM.of(64), Gpr.RSI, Gpr.R11);
    code.assembler.emit(ControlRows.JCC_REL32.of(Condition.B), more);
    return start;
  }

  @Test
  void givenAPollThatComesBackElsewhereThenItEndsTheBlock() throws VerificationError {
    for (boolean here : new boolean[] {true, false}) {
      Code code = new Code();
      Label poll = code.assembler.label();
      Label start = code.assembler.here();
      code.assembler.emit(IntegerRows.CMP_R_RM.of(64), Gpr.RSI, Gpr.RDI);
      code.assembler.emit(ControlRows.JCC_REL32.of(Condition.NE), poll);
      Label back = code.assembler.here();
      code.assembler.emit(ControlRows.RET);
      code.bind(poll);
      code.stub(Symbol.INTERRUPT);
      code.assembler.emit(ControlRows.JMP_REL32, here ? back : start);
      build(code);
      assertEquals(here ? Flow.POLLS : Flow.ENDS, flow.end(1));
      assertEquals(here ? 0 : 1, flow.headerCount());
      assertEquals(here ? 2 : 3, flow.reached());
    }
  }

  @Test
  void givenMoreEntriesOfTablesThanCodeCanNeedThenItIsRefused() {
    Code code = new Code();
    List<Label> all = new ArrayList<>();
    Label one = code.assembler.label();
    for (int i = 0; i < 3000; i++) {
      all.add(one);
    }
    Code.Table shared = code.table(all, all.size());
    for (int i = 0; i < 900; i++) {
      code.jump(shared);
    }
    code.bind(one);
    code.assembler.emit(ControlRows.RET);
    VerificationError error = assertThrows(VerificationError.class, () -> build(code));
    assertTrue(error.getMessage().contains("more entries of jump tables"), error.getMessage());
  }

  @Test
  void givenAPollThatIsReachedOtherwiseTooThenItLeadsBackToABlock() throws VerificationError {
    Code code = new Code();
    Label poll = code.assembler.label();
    code.assembler.emit(ControlRows.JCC_REL32.of(Condition.NE), poll);
    Label back = code.assembler.here();
    code.assembler.emit(ControlRows.NOPS.get(0));
    code.assembler.emit(ControlRows.JCC_REL32.of(Condition.E), poll);
    code.assembler.emit(ControlRows.RET);
    code.bind(poll);
    code.stub(Symbol.INTERRUPT);
    code.assembler.emit(ControlRows.JMP_REL32, back);
    build(code);
    assertEquals(4, flow.reached());
    assertEquals(Flow.POLLS, flow.end(0));
    assertTrue(flow.isHeader(flow.following(0)));
    assertEquals(flow.following(0), flow.taken(block(4)));
  }

  private int block(int start) {
    int block = 0;
    while (flow.start(block) != start) {
      block++;
    }
    return block;
  }

  /** Code that leads somewhere and does nothing else. */
  private static final class Code {

    record Table(Label start, List<Label> targets, int claimed) {
    }

    final Assembler assembler = new Assembler();
    /** By offset of a jump. */
    final Map<Integer, Table> tables = new HashMap<>();
    private final List<Table> written = new ArrayList<>();
    private final List<Integer> relocations = new ArrayList<>();
    private final Map<Label, Integer> places = new HashMap<>();
    private Label entry;

    void bind(Label label) {
      assembler.bind(label);
      places.put(label, assembler.position());
    }

    /** The offset where it is bound. */
    int placeOf(Label label) {
      return places.get(label);
    }

    int entry() {
      return entry == null ? 0 : placeOf(entry);
    }

    /** Nodes that each end in one or two of the ways that there are. */
    void nodes(Random random, int count) {
      Label[] nodes = new Label[count];
      Arrays.setAll(nodes, i -> assembler.label());
      entry = nodes[random.nextInt(4) > 0 ? 0 : random.nextInt(count)];
      Label trap = assembler.label();
      List<Label> polls = new ArrayList<>();
      List<Label> returns = new ArrayList<>();
      int most = random.nextInt(3) == 0 ? 3 : count;
      for (int i = 0; i < count; i++) {
        bind(nodes[i]);
        if (random.nextBoolean()) {
          assembler.emit(ControlRows.NOPS.get(random.nextInt(3)));
        }
        Label one = nodes[Math.floorMod(i - most / 3 + random.nextInt(most), count)];
        Label other = nodes[random.nextInt(count)];
        switch (random.nextInt(10)) {
          case 0 -> assembler.emit(ControlRows.RET);
          case 1 -> jump(written.isEmpty() || random.nextBoolean()
              ? table(targets(random, nodes), 1 + random.nextInt(3)) : written.get(random.nextInt(written.size())));
          case 2 -> assembler.emit(ControlRows.JMP_REL32, one);
          case 3 -> {
            if (random.nextBoolean()) {
              branch(trap);
            } else {
              Label poll = random.nextInt(4) > 0 || polls.isEmpty() ? assembler.label() : polls.get(0);
              assembler.emit(ControlRows.JCC_REL32.of(random.nextInt(8) > 0 ? Condition.NE : Condition.E), poll);
              if (!polls.contains(poll)) {
                polls.add(poll);
                returns.add(random.nextInt(8) > 0 ? assembler.here() : one);
              }
              if (random.nextInt(8) == 0) {
                assembler.emit(ControlRows.JMP_REL32, poll);
              }
            }
          }
          case 4, 5 -> {
            branch(other);
            assembler.emit(ControlRows.JMP_REL32, one);
          }
          case 6 -> {
            branch(one);
            branch(other);
          }
          case 7, 8 -> branch(one);
          default -> assembler.emit(ControlRows.NOPS.get(0));
        }
      }
      assembler.emit(ControlRows.RET);
      bind(trap);
      stub(Symbol.TRAP);
      for (int i = 0; i < polls.size(); i++) {
        bind(polls.get(i));
        stub(Symbol.INTERRUPT);
        assembler.emit(ControlRows.JMP_REL32, returns.get(i));
      }
    }

    private static List<Label> targets(Random random, Label[] nodes) {
      List<Label> targets = new ArrayList<>();
      for (int entries = 1 + random.nextInt(4); entries > 0; entries--) {
        targets.add(nodes[random.nextInt(nodes.length)]);
      }
      return targets;
    }

    private void branch(Label to) {
      assembler.emit(ControlRows.JCC_REL32.of(Condition.E), to);
    }

    Table table(List<Label> targets, int claimed) {
      Table table = new Table(assembler.label(), targets, Math.min(claimed, targets.size()));
      written.add(table);
      return table;
    }

    void jump(Table table) {
      assembler.emit(IntegerRows.CMP_RM_IMM.of(32), Gpr.RCX, new Imm(table.claimed - 1));
      assembler.emit(IntegerRows.LEA.of(64), Gpr.RDX, table.start);
      assembler.emit(IntegerRows.ADD_RM_IMM.of(64), Gpr.RDX, new Imm(0));
      tables.put(assembler.position(), table);
      assembler.emit(ControlRows.JMP_RM64, Gpr.RDX);
    }

    void stub(Symbol symbol) {
      assembler.emit(ControlRows.CALL_REL32, new Rel(0));
      relocations.addAll(List.of(assembler.position() - Integer.BYTES, symbol.ordinal(), 0));
    }

    CompiledFunction compiled() {
      int end = assembler.position();
      assembler.align(Integer.BYTES);
      for (Table table : written) {
        bind(table.start);
        table.targets.forEach(target -> assembler.distance(table.start, target));
      }
      byte[] bytes = assembler.finish();
      int[] none = {};
      return new CompiledFunction(bytes, end, entry(), 0, 0,
          relocations.stream().mapToInt(Integer::intValue).toArray(), none, none, none, new int[0][], 0, 0);
    }
  }

  /** What is so, found by following single instructions, once without each of them. */
  private final class Truth {

    private final Code code;
    private final String where;
    private final int entry;
    private final Map<Integer, BitSet> without = new HashMap<>();
    /** Tables of which several jumps use as many entries: each has a place of its own, behind the code. */
    private final Set<Code.Table> shared = new HashSet<>();
    private final Map<Integer, Integer> placesOfEmpty = new HashMap<>();

    Truth(Code code, String where) throws VerificationError {
      this.code = code;
      this.where = where;
      this.entry = listing.index(code.entry());
      BitSet reached = reachedWithout(Listing.NONE);
      Map<Code.Table, Integer> users = new HashMap<>();
      for (Map.Entry<Integer, Code.Table> jump : code.tables.entrySet()) {
        Code.Table table = jump.getValue();
        if (reached.get(listing.index(jump.getKey())) || table.claimed == table.targets.size()) {
          users.merge(table, 1, Integer::sum);
        }
      }
      users.forEach((table, count) -> {
        if (count > 1) {
          shared.add(table);
        }
      });
      for (int block = 0; block < flow.reached(); block++) {
        if (flow.taken(block) >= 0 && flow.taken(block) < flow.reached() && flow.isEmpty(flow.taken(block))) {
          Code.Table table = code.tables.get(listing.offset(flow.stop(block) - 1));
          Integer other = placesOfEmpty.put(flow.taken(block), placeOf(table));
          assertTrue(other == null || other == placeOf(table), where + ": jumps by several tables lead to " + block);
        }
      }
    }

    private int placeOf(Code.Table table) {
      return listing.count() + 1 + code.written.indexOf(table);
    }

    /** The first instruction, or what stands for it. */
    private int place(int block) {
      return flow.isEmpty(block) ? placesOfEmpty.get(block) : flow.start(block);
    }

    private List<Integer> ways(int at) throws VerificationError {
      List<Integer> ways = new ArrayList<>();
      if (at > listing.count()) {
        return targets(code.written.get(at - listing.count() - 1));
      }
      int target = switch (listing.effect(at)) {
        case BRANCH, JUMP -> listing.target(at);
        default -> Listing.NONE;
      };
      if (target != Listing.NONE && !(listing.effect(at) == Effect.BRANCH && isPassed(at, target))) {
        ways.add(target);
      }
      Code.Table table = code.tables.get(listing.offset(at));
      if (table != null) {
        ways.addAll(shared.contains(table) ? List.of(placeOf(table)) : targets(table));
      }
      boolean stops = switch (listing.effect(at)) {
        case JUMP, RETURN -> true;
        case CALL -> listing.calls(at, Symbol.TRAP);
        default -> false;
      };
      if (!stops) {
        ways.add(at + 1);
      }
      return ways.stream().distinct().toList();
    }

    private List<Integer> targets(Code.Table table) throws VerificationError {
      List<Integer> targets = new ArrayList<>();
      for (Label label : table.targets) {
        targets.add(listing.index(code.placeOf(label)));
      }
      return new ArrayList<>(new LinkedHashSet<>(targets));
    }

    private boolean isPassed(int branch, int target) throws VerificationError {
      return listing.calls(target, Symbol.TRAP) || listing.calls(target, Symbol.INTERRUPT)
          && Conditions.of(listing.row(branch)) == Condition.NE && listing.target(target + 1) == branch + 1;
    }

    private BitSet reachedWithout(int left) throws VerificationError {
      BitSet reached = new BitSet();
      ArrayDeque<Integer> open = new ArrayDeque<>();
      if (left != entry) {
        reached.set(entry);
        open.add(entry);
      }
      while (!open.isEmpty()) {
        for (int to : ways(open.remove())) {
          if (to != left && !reached.get(to)) {
            reached.set(to);
            open.add(to);
          }
        }
      }
      return reached;
    }

    private boolean dominates(int one, int other) {
      return !without.get(one).get(place(other));
    }

    void check() throws VerificationError {
      BitSet all = reachedWithout(Listing.NONE);
      BitSet inBlocks = new BitSet();
      for (int block = 0; block < flow.reached(); block++) {
        assertEquals(-1, inBlocks.get(flow.start(block), flow.stop(block)).nextSetBit(0), where);
        inBlocks.set(place(block), Math.max(place(block) + 1, flow.stop(block)));
        without.put(block, reachedWithout(place(block)));
      }
      assertEquals(all, inBlocks, where);
      assertEquals(entry, flow.start(0), where);
      int[] oneWays = new int[flow.reached()];
      int[] roots = new int[flow.reached()];
      Arrays.fill(roots, Flow.NONE);
      for (int block = 0; block < flow.reached(); block++) {
        checkDomination(block);
        checkWays(block, oneWays, roots);
      }
      boolean regular = true;
      int headers = 0;
      for (int block = 0; block < flow.reached(); block++) {
        assertEquals(oneWays[block] == 1, flow.hasOneWay(block), where + ", block " + block);
        assertEquals(roots[block] != Flow.NONE, flow.isHeader(block), where + ", block " + block);
        if (flow.isHeader(block)) {
          headers++;
          assertEquals(roots[block], flow.root(block), where + ", block " + block);
          regular &= roots[block] == block;
        }
        checkRoot(block, roots);
      }
      assertEquals(regular, flow.isRegular(), where);
      assertEquals(headers, flow.headerCount(), where);
    }

    private void checkDomination(int block) {
      int nearest = Flow.NONE;
      for (int other = 0; other < flow.reached(); other++) {
        boolean dominates = dominates(other, block);
        assertEquals(dominates, other <= block && block < flow.behind(other), where + ": " + other + ", " + block);
        nearest = dominates && other != block ? other : nearest;
      }
      assertEquals(nearest, flow.dominator(block), where + ", block " + block);
    }

    private void checkWays(int block, int[] oneWays, int[] roots) throws VerificationError {
      List<Integer> expected = new ArrayList<>(ways(flow.isEmpty(block) ? place(block) : flow.stop(block) - 1));
      for (int at = flow.start(block); at < flow.stop(block) - 1; at++) {
        assertEquals(List.of(at + 1), ways(at), where);
      }
      for (int way = 0; way < flow.ways(block); way++) {
        int to = flow.way(block, way);
        if (to == flow.reached()) {
          continue;
        }
        assertTrue(expected.remove((Integer) place(to)), where + ": no way from " + block + " to " + to);
        oneWays[to] += dominates(to, block) ? 0 : 1;
        assertEquals(to <= block, flow.isBack(block, to), where);
        if (to <= block) {
          int root = roots[to] == Flow.NONE ? to : roots[to];
          while (!dominates(root, block)) {
            root--;
            while (!dominates(root, to)) {
              root--;
            }
          }
          roots[to] = root;
        }
      }
      assertEquals(List.of(), expected, where + ": ways of " + block);
      if (flow.taken(block) >= 0) {
        assertNotEquals(Flow.NONE, flow.following(block), where);
      }
    }

    private void checkRoot(int block, int[] roots) {
      List<Integer> expected = new ArrayList<>();
      for (int header = flow.reached() - 1; header >= 0; header--) {
        if (roots[header] == block) {
          expected.add(header);
        }
      }
      List<Integer> found = new ArrayList<>();
      for (int header = flow.firstHeader(block); header != Flow.NONE; header = flow.nextHeader(header)) {
        found.add(header);
      }
      assertEquals(expected, found, where);
      assertEquals(!expected.isEmpty(), flow.isRoot(block), where);
    }
  }
}
