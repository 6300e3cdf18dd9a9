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

  private static final int USED_REGISTERS = 3;
  private static final int FEW_SLOTS = 6;
  private static final int FEW_NUMBERS = 4;
  private static final int MANY_SLOTS = 100;
  private static final int MANY_NUMBERS = 40;

  @Test
  void twoPlacesThatAreOneNumberWhereWaysMeetAreEqualOnEachWay() {
    check(100_000, FEW_SLOTS, FEW_NUMBERS, false);
  }

  @Test
  void soAreTheyWhereManyPlacesDiffer() {
    check(2_000, MANY_SLOTS, MANY_NUMBERS, false);
  }

  @Test
  void soAreTheyInARoughProof() {
    check(100_000, FEW_SLOTS, FEW_NUMBERS, true);
    check(2_000, MANY_SLOTS, MANY_NUMBERS, true);
  }

  private static void check(int rounds, int slots, int numbers, boolean rough) {
    long start = Long.getLong("skerry.fuzz.seed", 20_261_121L);
    Analysis analysis = new Analysis();
    analysis.rough = rough;
    for (long seed = start; seed < start + rounds; seed++) {
      new Meeting(analysis, new Random(seed), slots, numbers).check(seed);
    }
  }

  private static final class Meeting {

    private final Random random;
    private final Analysis analysis;
    private final Frame frame = new Frame();
    private final State state = new State(frame);
    private final Pairs pairs;
    private final int places;
    private final long[] numbers;
    private final List<long[]> ways = new ArrayList<>();
    private final List<boolean[]> words = new ArrayList<>();

    Meeting(Analysis analysis, Random random, int slots, int count) {
      this.places = USED_REGISTERS + slots;
      this.numbers = new long[count];
      this.analysis = analysis;
      this.random = random;
      this.pairs = new Pairs(analysis);
      analysis.facts.clear();
      state.clear(0);
      for (int i = 0; i < count; i++) {
        numbers[i] = i == 0 ? Value.constant(7) : analysis.newNumber(1 + random.nextInt(Value.ALL_BITS));
      }
    }

    private long any() {
      return switch (random.nextInt(8)) {
        case 0 -> Value.ANY;
        case 1 -> Value.of(Value.Kind.CONTEXT);
        case 2 -> Value.plus(Value.withBits(numbers[1], Integer.SIZE), 4);
        default -> numbers[random.nextInt(numbers.length)];
      };
    }

    private void change(int most) {
      frame.mark();
      boolean words = !analysis.rough;
      for (int i = random.nextInt(most + 1); i > 0; i--) {
        int place = random.nextInt(places);
        if (place < USED_REGISTERS) {
          state.registers[place] = any();
        } else {
          long value = any();
          frame.set(place - USED_REGISTERS, value, words && value != Value.ANY && random.nextInt(4) == 0);
        }
      }
    }

    private void remember() {
      long[] way = new long[places];
      boolean[] halves = new boolean[places];
      for (int place = 0; place < places; place++) {
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
      change(2 * places);
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
        change(places / 3);
        change(places / 4);
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
      kept.arrive(analysis);
      for (int place = 0; place < places; place++) {
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
