package dev.skerry.wasm.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.wasm.cache.CodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Functions are loaded in the order in which a former run called them, apart from the guest that calls them now. */
class LoadAheadTest {

  private static final int COUNT = 40;

  /** Functions 100, 101, ... were called in that order, says an entry that also names some that there are not. */
  private final LoadAhead ahead = new LoadAhead(
      IntStream.range(-3, 103 + COUNT).mapToObj(i -> new CodeId(i, -1)).collect(Collectors.toList()), 100, 100 + COUNT);

  private List<Integer> rest() {
    List<Integer> rest = new ArrayList<>();
    for (int next = ahead.next(); next != LoadAhead.NONE; next = ahead.next()) {
      rest.add(next);
    }
    return rest;
  }

  @Test
  void whatWasCalledFirstComesFirst() {
    List<Integer> inOrder = IntStream.range(100, 100 + COUNT).boxed().toList();
    assertEquals(inOrder, rest().subList(0, COUNT));
  }

  @Test
  void whereTheGuestHasComeUpSomeAreLeftToIt() {
    assertEquals(100, ahead.next());
    ahead.called(100);
    assertEquals(109, ahead.next(), "101 to 108 are the guest's");
    assertEquals(110, ahead.next());
    ahead.called(104);
    assertEquals(111, ahead.next(), "the guest is far behind");
    ahead.called(111);
    assertEquals(120, ahead.next());
  }

  @Test
  void whatTheGuestNeverCalledIsNamedInTheEnd() {
    ahead.called(130);
    assertEquals(139, ahead.next());
    assertEquals(IntStream.range(100, 100 + COUNT).boxed().toList(), rest());
    assertEquals(LoadAhead.NONE, ahead.next());
  }

  @Test
  void aFunctionThatNoFormerRunCalledChangesNothing() {
    ahead.called(7);
    assertEquals(100, ahead.next());
  }
}
