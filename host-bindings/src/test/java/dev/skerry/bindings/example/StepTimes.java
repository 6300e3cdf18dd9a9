package dev.skerry.bindings.example;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** How long the steps of a program took, on the wall. No management bean is asked: the first one takes 20 ms. */
final class StepTimes {

  private final Map<String, String> steps = new LinkedHashMap<>();
  private long last = System.nanoTime();

  /** The step that ended just now. */
  void step(String name) {
    long now = System.nanoTime();
    steps.put(name, (now - last) / 1_000_000 + " ms");
    last = now;
  }

  void print(PrintStream target) {
    target.println(steps);
  }
}
