package dev.skerry.origin.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.skerry.origin.TerminalText;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.wast.WastResult;
import dev.skerry.wasm.wast.WastRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skerry wast}: runs test scripts of the WebAssembly specification. */
@Command(name = "wast", mixinStandardHelpOptions = true, versionProvider = Commands.Version.class,
    description = "Runs test scripts of the WebAssembly specification, in the JSON form that wast2json and wasm-tools "
        + "json-from-wast write.",
    footer = {"", "Exit code 1 if a command failed; skipped ones alone are 0."})
final class WastCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin
  private EngineChoice engineChoice = new EngineChoice();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "The scripts, each a .json file beside its modules.")
  private List<String> files = List.of();

  WastCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    Engine engine = Engine.create(engineChoice.options());
    List<WastResult> results = new ArrayList<>();
    for (String file : files) {
      WastResult result = run(engine, file);
      results.add(result);
      if (!json) {
        print(result);
      }
    }
    int failed = results.stream().mapToInt(WastResult::failed).sum();
    int passed = results.stream().mapToInt(WastResult::passed).sum();
    int skipped = results.stream().mapToInt(WastResult::skipped).sum();
    if (json) {
      writeJson(results, passed, failed, skipped);
    } else if (results.size() > 1) {
      streams.outText().println(results.size() + " files: " + passed + " passed, " + failed + " failed, " + skipped
          + " skipped");
    }
    return failed == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private static WastResult run(Engine engine, String name) {
    Path file = Path.of(name);
    if (Files.isDirectory(file)) {
      throw new CommandFailure(ExitCode.USAGE, name + " is a folder: name the .json files in it.");
    }
    try {
      return WastRunner.run(engine, file);
    } catch (NoSuchFileException error) {
      throw new CommandFailure(ExitCode.USAGE, "there is no file " + error.getFile()
          + (file.toString().equals(error.getFile()) ? "." : ", which " + name + " names."), error);
    } catch (AccessDeniedException error) {
      throw new CommandFailure(ExitCode.FAILED, error.getFile() + " cannot be read: " + Reason.of(error) + ".", error);
    } catch (IOException error) {
      throw new CommandFailure(ExitCode.FAILED, name + " is no test script in JSON form: " + firstLine(error), error);
    }
  }

  private static String firstLine(IOException error) {
    return String.valueOf(error.getMessage()).lines().findFirst().orElse("");
  }

  private void print(WastResult result) {
    PrintWriter text = streams.outText();
    text.println(TerminalText.escape(result.toString()));
    for (WastResult.Failure failure : result.failures()) {
      text.println("  " + TerminalText.escape(failure.toString()));
    }
    text.flush();
  }

  private void writeJson(List<WastResult> results, int passed, int failed, int skipped) throws IOException {
    try (JsonGenerator json = streams.outJson()) {
      json.writeStartObject();
      json.writeNumberField("passed", passed);
      json.writeNumberField("failed", failed);
      json.writeNumberField("skipped", skipped);
      json.writeArrayFieldStart("files");
      for (WastResult result : results) {
        write(json, result);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void write(JsonGenerator json, WastResult result) throws IOException {
    json.writeStartObject();
    json.writeStringField("file", result.file().toString());
    json.writeNumberField("passed", result.passed());
    json.writeNumberField("failed", result.failed());
    json.writeNumberField("skipped", result.skipped());
    json.writeObjectFieldStart("skips");
    for (Map.Entry<String, Integer> skip : result.skips().entrySet()) {
      json.writeNumberField(skip.getKey(), skip.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("failures");
    for (WastResult.Failure failure : result.failures()) {
      json.writeStartObject();
      json.writeNumberField("line", failure.line());
      json.writeStringField("message", failure.message());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
