package dev.skerry.origin.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.skerry.origin.TerminalText;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code skerry doctor}: what this machine offers, a row for each check. */
@Command(name = "doctor", mixinStandardHelpOptions = true, versionProvider = Commands.Version.class,
    description = "Tells what this machine offers, and what to mend where something is missing.",
    footer = {"", "Exit code 1 if something is broken; warnings alone are 0."})
final class DoctorCommand implements Callable<Integer> {

  private final Streams streams;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  DoctorCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    List<Check> checks = MachineChecks.all();
    boolean fine = checks.stream().noneMatch(check -> check.status() == Check.Status.FAIL);
    if (json) {
      writeJson(checks, fine);
    } else {
      writeText(checks);
    }
    return fine ? ExitCode.OK : ExitCode.FAILED;
  }

  private void writeText(List<Check> checks) {
    PrintWriter text = streams.outText();
    int width = checks.stream().mapToInt(check -> check.name().length()).max().orElse(0);
    for (Check check : checks) {
      String status = check.status().name().toLowerCase(Locale.ROOT);
      text.println(colour(check.status(), status) + " ".repeat(6 - status.length()) + check.name()
          + " ".repeat(width + 2 - check.name().length()) + TerminalText.escape(check.finding()));
      if (!check.mend().isEmpty()) {
        text.println(" ".repeat(width + 8) + "-> " + check.mend());
      }
    }
  }

  private String colour(Check.Status status, String word) {
    if (!streams.wantsColours()) {
      return word;
    }
    int code = switch (status) {
      case OK -> 32;
      case WARN -> 33;
      case FAIL -> 31;
    };
    return "\u001b[" + code + "m" + word + "\u001b[0m";
  }

  private void writeJson(List<Check> checks, boolean fine) throws IOException {
    try (JsonGenerator json = streams.outJson()) {
      json.writeStartObject();
      json.writeBooleanField("ok", fine);
      json.writeArrayFieldStart("checks");
      for (Check check : checks) {
        json.writeStartObject();
        json.writeStringField("check", check.name());
        json.writeStringField("finding", check.finding());
        json.writeStringField("status", check.status().name().toLowerCase(Locale.ROOT));
        json.writeStringField("mend", check.mend());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }
}
