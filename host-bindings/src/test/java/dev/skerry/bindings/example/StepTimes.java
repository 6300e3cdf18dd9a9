package dev.skerry.bindings.example;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/** How long the steps of a program took, on the wall and on the processor, for one thread. */
final class StepTimes {

  private final Map<String, String> steps = new LinkedHashMap<>();
  private long wall = System.nanoTime();
  private long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();

  /** The step that ended just now. */
  void step(String name) {
    long wallNow = System.nanoTime();
    long cpuNow = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    steps.put(name, (wallNow - wall) / 1_000_000 + " ms (cpu " + (cpuNow - cpu) / 1_000_000 + ")");
    wall = wallNow;
    cpu = cpuNow;
  }

  void print(PrintStream target) {
    target.println(steps);
  }
}
