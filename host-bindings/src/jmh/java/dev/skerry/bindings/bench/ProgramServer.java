package dev.skerry.bindings.bench;

import dev.skerry.bindings.example.QuickJsProgram;
import dev.skerry.bindings.example.RubyProgram;
import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Module;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs a program of others in an engine on the JVM. Arguments: {@code auto} (this engine) or {@code chicory}, {@code
 * quickjs} or {@code ruby}, the program's module, the script of the work. Reads lines, evaluates each and answers with
 * the nanoseconds of CPU time that it took, or with a sentence.
 */
public final class ProgramServer {

  private ProgramServer() {
  }

  /** An interpreter of some language, ready to evaluate. */
  @FunctionalInterface
  interface Evaluator {
    /** Returns whether the script ended without an exception. */
    boolean evaluate(String script);
  }

  private static Evaluator load(String engine, boolean isRuby, byte[] binary) throws CompileError, LinkError {
    if (engine.equals("chicory")) {
      ChicoryProgram program = new ChicoryProgram(binary);
      return isRuby ? program.ruby() : program.quickJs();
    }
    Engine skerry = Engine.create();
    Module module = Module.compile(skerry, binary);
    if (isRuby) {
      return new RubyProgram(skerry, module, System.err, OutputStream.nullOutputStream())::evaluate;
    }
    QuickJsProgram program = new QuickJsProgram(skerry, module, System.err, System.err);
    return script -> program.evaluate(script).equals("undefined");
  }

  /** Serves until the input ends. */
  public static void main(String[] arguments) throws IOException, CompileError, LinkError {
    Evaluator program = load(arguments[0], arguments[1].equals("ruby"), Files.readAllBytes(Path.of(arguments[2])));
    program.evaluate(Files.readString(Path.of(arguments[3])));
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      long start = threads.getCurrentThreadCpuTime();
      boolean isFine = program.evaluate(line);
      System.out.println(isFine ? threads.getCurrentThreadCpuTime() - start : "no: the script failed");
    }
    System.exit(0);
  }
}
