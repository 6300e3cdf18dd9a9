package dev.skerry.security;

import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import dev.skerry.origin.TextReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/**
 * Text that means something to a terminal: escape sequences that clear it, rename it or answer for the user, marks that
 * turn the reading direction, a carriage return and a line feed that begin a line of the attacker's own. It comes as a
 * title, as a console message and as the name of what does not load. The control prints what the guest wrote as it is.
 */
final class TerminalInjection implements Attack {

  private static final String FORGED = "no problems found";
  private static final List<String> SEQUENCES = List.of("\033[2J", "\033]0;owned\007", "\033[6n", "\u009b31m",
      "\u202egnp.exe", "\u2066", "\b\b\b", "\r" + FORGED, "\n" + FORGED, "\u2028" + FORGED, "\033P1$r\033\\");

  @Override
  public Card card() {
    return new Card("terminal-injection", Target.PAGE,
        "write to the terminal of who looks at a page: sequences, directions and lines of one's own",
        Invariant.NO_AMBIENT_AUTHORITY,
        "the escaping of all text from outside before a terminal sees it", AttackClass.TERMINAL_INJECTION);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    try (Sites sites = new Sites()) {
      String text = String.join("x", SEQUENCES);
      String attribute = text.replace("\r", "&#13;").replace("\n", "&#10;");
      sites.html("evil.localhost", "/", Spy.page(attribute, "*", "<p>" + attribute
              + "<script type=module src=/spy.wasm></script>"
              + "<script type=module src='/gone" + attribute + "'></script>"))
          .wasm("evil.localhost", "/spy.wasm", Spy.module("the module of the thief."), null);
      try (PageHost host = setting.newHost().build(); Page page = host.open(sites.origin("evil.localhost") + "/")) {
        if (!page.settle(Observer.PATIENCE) || page.console().isEmpty()) {
          throw new IllegalStateException("the guest did not write: " + page.problems());
        }
        StringWriter terminal = new StringWriter();
        if (setting.isDown()) {
          page.console().forEach(line -> terminal.write(line.text() + "\n"));
        } else {
          new TextReport(new PrintWriter(terminal, true)).write(page.report());
        }
        return judge(terminal.toString());
      }
    }
  }

  private static Outcome judge(String shown) {
    List<String> through = SEQUENCES.stream().filter(shown::contains)
        .map(sequence -> "U+%04X".formatted(sequence.codePointAt(0))).toList();
    boolean forged = shown.lines().anyMatch(line -> line.startsWith(FORGED));
    long controls = shown.chars().filter(c -> Character.isISOControl(c) && c != '\n').count();
    return new Outcome(!through.isEmpty() || forged || controls > 0, through.isEmpty() && controls == 0
        ? "nothing but text was shown" : "sequences that came through begin with " + through);
  }
}
