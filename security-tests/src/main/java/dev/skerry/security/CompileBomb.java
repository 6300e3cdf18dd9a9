package dev.skerry.security;

import dev.skerry.origin.AgentReport;
import dev.skerry.origin.Limit;
import dev.skerry.origin.Limits;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import dev.skerry.origin.Verdict;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Modules whose one function is as large as it may be, and made for whoever reads, checks and translates it: millions
 * of instructions, branch tables of millions of labels, half a million loops. The limit of a task ends the agent, and a
 * neighbour in the same host notes how late its own tasks ran. The control has no limit.
 */
final class CompileBomb implements Attack {

  private static final String EVIL = "evil.localhost";
  private static final long LIMIT_MILLIS = 50;
  private static final int BYTES = 7_000_000;
  private static final int LABELS = 65_519;
  /** The instructions that each function repeats, in the binary format; local 0 is an i32. */
  private static final Map<String, byte[]> SHAPES = new LinkedHashMap<>();

  static {
    SHAPES.put("additions", bytes(0x20, 0, 0x20, 0, 0x6a, 0x21, 0));
    SHAPES.put("loops", bytes(0x03, 0x40, 0x20, 0, 0x41, 1, 0x6a, 0x21, 0, 0x41, 0, 0x0d, 0, 0x0b));
    SHAPES.put("branches", bytes(0x20, 0, 0x04, 0x40, 0x41, 1, 0x21, 0, 0x0b));
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    table.writeBytes(bytes(0x02, 0x40, 0x20, 0, 0x0e));
    writeLeb(table, LABELS);
    table.writeBytes(new byte[LABELS + 1]);
    table.write(0x0b);
    SHAPES.put("labels", table.toByteArray());
  }

  @Override
  public Card card() {
    return new Card("compile-bomb", Target.PAGE,
        "keep a processor for longer than is allowed by modules that are hard to compile",
        Invariant.A_GUEST_ENDS_ONLY_ITSELF,
        "the limit of " + Limit.TASK_CPU.sentence() + ", which checking and translating are a part of",
        AttackClass.ENDLESS_WORK);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    List<String> held = new ArrayList<>();
    List<String> stopped = new ArrayList<>();
    try (Sites sites = new Sites(); PageHost host = setting.newHost().limits(limits(setting, sites)).build();
         Neighbour neighbour = new Neighbour(host, sites)) {
      long begin = System.nanoTime();
      for (Map.Entry<String, byte[]> shape : SHAPES.entrySet()) {
        sites.wasm(EVIL, "/bomb.wasm", module(shape.getValue()), null)
            .html(EVIL, "/", "<!doctype html><script type=module src=bomb.wasm></script>");
        try (Page page = host.open(sites.origin(EVIL) + "/", Observer.PATIENCE)) {
          if (!page.settle(Observer.PATIENCE)) {
            throw new IllegalStateException("the page with " + shape.getKey() + " did not settle");
          }
          AgentReport agent = page.agents().get(0);
          boolean ended = agent.verdict().kind() == Verdict.Kind.ENDED_BY_LIMIT;
          long most = (setting.isUp() ? 20 : 1) * LIMIT_MILLIS;
          (ended || agent.busyTime().toMillis() <= most ? stopped : held)
              .add(shape.getKey() + " " + agent.busyTime().toMillis() + " ms");
        }
      }
      boolean reached = setting.isUp() ? !held.isEmpty() : stopped.isEmpty();
      return new Outcome(reached, "processor time of what was held " + held + ", of what was stopped " + stopped)
          .with(neighbour.strain(Duration.ofNanos((System.nanoTime() - begin) / SHAPES.size())));
    }
  }

  /** Those of the attacker's origin alone. */
  private static Limits limits(Setting setting, Sites sites) {
    String evil = sites.origin(EVIL);
    return Limits.defaults().with(evil, Limit.TASK_WALL, 600_000)
        .with(evil, Limit.TASK_CPU, setting.isUp() ? LIMIT_MILLIS : 600_000);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** A module with one function, {@code _start}, that has the piece again and again. */
  private static byte[] module(byte[] piece) {
    byte[] body = new byte[BYTES / piece.length * piece.length];
    for (int at = 0; at < body.length; at += piece.length) {
      System.arraycopy(piece, 0, body, at, piece.length);
    }
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    code.write(1);
    writeLeb(code, body.length + 4);
    code.writeBytes(bytes(1, 1, 0x7f));
    code.writeBytes(body);
    code.write(0x0b);
    ByteArrayOutputStream module = new ByteArrayOutputStream();
    module.writeBytes(bytes(0, 'a', 's', 'm', 1, 0, 0, 0));
    module.writeBytes(bytes(1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 10, 1, 6, '_', 's', 't', 'a', 'r', 't', 0, 0, 10));
    writeLeb(module, code.size());
    module.writeBytes(code.toByteArray());
    return module.toByteArray();
  }

  private static void writeLeb(ByteArrayOutputStream out, int value) {
    int left = value;
    for (; left > 0x7f; left >>>= 7) {
      out.write(left & 0x7f | 0x80);
    }
    out.write(left);
  }
}
