package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The parts of {@link HostTable} with small numbers: what must hold on a machine of any speed. */
final class CapacityTest {

  @Test
  void givenManyIdleAgentsWhenTheyHaveSettledThenEachIsSmallAndHoldsNeitherThreadNorStack() throws Exception {
    HostTable.Agents agents = HostTable.agents(200);
    assertEquals(200, agents.count());
    assertTrue(agents.heapBytes() < 150 << 10, agents::toString);
    assertTrue(agents.stacks() <= 256, agents::toString);
    assertTrue(agents.threads() <= 2 * WorkerPool.usualSize(), agents::toString);
  }

  @Test
  void givenPairsThatTalkWhenTheyAreMeasuredThenAMessageTakesLittleProcessorTime() throws Exception {
    HostTable.Messages messages = HostTable.messages(10, 1);
    assertTrue(messages.delivered() > 10, messages::toString);
    assertTrue(messages.cpuNanos() / messages.delivered() < TimeUnit.MICROSECONDS.toNanos(200), messages::toString);
  }
}
