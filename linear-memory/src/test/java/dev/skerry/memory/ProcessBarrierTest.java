package dev.skerry.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Of two threads that each write and then read what the other wrote, one sees it, though only one has a barrier. */
@Timeout(120)
class ProcessBarrierTest {

  private static final int ROUNDS = 4_000;
  private static final VarHandle OFTEN;

  static {
    try {
      OFTEN = MethodHandles.lookup().findVarHandle(ProcessBarrierTest.class, "often", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile int often;
  private volatile int seldom;
  private int oftenSaw;
  private int neither;

  @Test
  void givenOneSideThatPaysNothingWhenBothWriteAndReadThenOneSeesTheOther() throws Exception {
    assumeTrue(NativeSupport.isNative(), "there are no barriers of the process without native code");
    ProcessBarrier.prepare();
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!ProcessBarrier.isReady() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assumeTrue(ProcessBarrier.isReady(), "the kernel refuses barriers");
    CyclicBarrier round = new CyclicBarrier(2);
    Thread thread = new Thread(() -> comeOften(round));
    thread.start();
    for (int i = 1; i <= ROUNDS; i++) {
      round.await();
      seldom = i;
      ProcessBarrier.everywhere();
      int saw = often;
      round.await();
      neither += saw != i && oftenSaw != i ? 1 : 0;
    }
    thread.join();
    assertEquals(0, neither);
  }

  private void comeOften(CyclicBarrier round) {
    try {
      for (int i = 1; i <= ROUNDS; i++) {
        round.await();
        OFTEN.setRelease(this, i);
        VarHandle.releaseFence();
        VarHandle.acquireFence();
        oftenSaw = seldom;
        round.await();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void givenAMachineWithoutNativeMemoryThenThereIsNoBarrier() {
    assumeTrue(!NativeSupport.isNative(), "native memory is there");
    ProcessBarrier.prepare();
    assertFalse(ProcessBarrier.isReady());
    assertThrows(IllegalStateException.class, ProcessBarrier::everywhere);
  }
}
