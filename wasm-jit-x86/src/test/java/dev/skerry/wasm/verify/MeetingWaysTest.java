package dev.skerry.wasm.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What is known where ways meet is true on each of them, whatever changed on which, and in which order they came. */
class MeetingWaysTest {

  private static final int SLOTS = 6;
  private static final int USED_REGISTERS = 3;
  private static final int PLACES = USED_REGISTERS + SLOTS;
  private static final int NUMBERS = 4;
  private static final int ROUNDS = 100_000;

  @Test
  void twoPlacesThatAreOneNumberWhereWaysMeetAreEqualOnEachWay() {
    long start = Long.getLong("skerry.fuzz.seed", 20_261_121L);
    Analysis analysis = new Analysis();
    for (long seed = start; seed < start + ROUNDS; seed++) {
      new Meeting(analysis, new Random(seed)).check(seed);
    }
  }

  private static final class Meeting {

    private final Random random;
    private final Analysis analysis;
    private final Frame frame = new Frame();
    private final State state = new State(frame);
    private final Pairs pairs;
    private final long[] numbers = new long[NUMBERS];
    private final List<long[]> ways = new ArrayList<>();
    private final List<boolean[]> words = new ArrayList<>();

    Meeting(Analysis analysis, Random random) {
      this.analysis = analysis;
      this.random = random;
      this.pairs = new Pairs(analysis);
      analysis.facts.clear();
      state.clear(0);
      for (int i = 0; i < NUMBERS; i++) {
        numbers[i] = i == 0 ? Value.constant(7) : analysis.newNumber(1 + random.nextInt(Value.ALL_BITS));
      }
    }

    private long any() {
      return switch (random.nextInt(8)) {
        case 0 -> Value.ANY;
        case 1 -> Value.of(Value.Kind.CONTEXT);
        case 2 -> Value.plus(Value.withBits(numbers[1], Integer.SIZE), 4);
        default -> numbers[random.nextInt(NUMBERS)];
      };
    }

    private void change(int most) {
      frame.mark();
      for (int i = random.nextInt(most + 1); i > 0; i--) {
        int place = random.nextInt(PLACES);
        if (place < USED_REGISTERS) {
          state.registers[place] = any();
        } else {
          long value = any();
          frame.set(place - USED_REGISTERS, value, value != Value.ANY && random.nextInt(4) == 0);
        }
      }
    }

    private void remember() {
      long[] way = new long[PLACES];
      boolean[] halves = new boolean[PLACES];
      for (int place = 0; place < PLACES; place++) {
        way[place] = get(place);
        halves[place] = place >= USED_REGISTERS && frame.isWord(place - USED_REGISTERS);
      }
      ways.add(way);
      words.add(halves);
    }

    private long get(int place) {
      return place < USED_REGISTERS ? state.registers[place] : frame.value(place - USED_REGISTERS);
    }

    void check(long seed) {
      change(2 * PLACES);
      frame.begin();
      State before = new State(frame);
      before.take(state);
      int mark = frame.mark();
      int first = analysis.facts.count();
      State kept = new State(frame);
      for (int way = 2 + random.nextInt(7); way > 0; way--) {
        if (ways.isEmpty() || random.nextBoolean()) {
          frame.undo(mark);
          state.take(before);
        }
        change(3);
        change(2);
        remember();
        if (ways.size() == 1) {
          kept.take(state);
          kept.begin(analysis, 0, mark);
        } else {
          kept.join(state, pairs, 0, mark);
        }
      }
      frame.undo(mark);
      state.take(kept);
      state.arrive(kept);
      for (int place = 0; place < PLACES; place++) {
        for (int way = 0; way < ways.size(); way++) {
          int meant = place;
          int from = way;
          require(place, way, first, () -> "seed " + seed + ", place " + meant + ", way " + from + ": "
              + Value.text(ways.get(from)[meant]) + " became " + Value.text(get(meant)));
        }
      }
    }

    private void require(int place, int way, int firstSymbol, Supplier<String> where) {
      long known = get(place);
      long came = ways.get(way)[place];
      if (known != Value.ANY && place >= USED_REGISTERS) {
        assertEquals(words.get(way)[place], frame.isWord(place - USED_REGISTERS), where);
      }
      if (!Value.isNumber(known) || Value.isConstant(known)) {
        assertTrue(known == Value.ANY || known == came, where);
        return;
      }
      assertTrue(Value.isNumber(came) && Value.bits(came) <= Value.bits(known), where);
      if (Value.hasSymbol(known) && Value.symbol(known) < firstSymbol) {
        assertEquals(Value.withoutBits(came), Value.withoutBits(known), where);
      }
      for (int other = 0; other < place; other++) {
        if (Value.hasSymbol(known) && Value.withoutBits(get(other)) == Value.withoutBits(known)) {
          assertEquals(Value.withoutBits(ways.get(way)[other]), Value.withoutBits(came), where);
        }
      }
    }
  }
}
