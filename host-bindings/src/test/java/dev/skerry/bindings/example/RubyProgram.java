package dev.skerry.bindings.example;

import dev.skerry.bindings.WasiPreview1;
import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileOptions;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.cache.CodeCache;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ImportType;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Evaluates Ruby with the interpreter of npm's {@code @ruby/3.4-wasm-wasi}, a WASI reactor: {@code dist/ruby.wasm} and
 * the script are the two arguments. What its glue would offer to Ruby beyond WASI (JavaScript objects) is not there.
 */
public final class RubyProgram implements AutoCloseable {

  /** The program's name, the encoding of its text, and an empty script, so that standard input is not read for one. */
  private static final List<String> ARGUMENTS = List.of("ruby", "-EUTF-8", "-e_=0");

  private final WasiPreview1 wasi;
  private final Store store;
  private final Instance ruby;
  private final Memory memory;

  /** Links and starts the interpreter; what Ruby prints goes to the streams. */
  public RubyProgram(Engine engine, Module module, OutputStream out, OutputStream err) throws LinkError {
    wasi = new WasiPreview1(new WasiPreview1.Config(ARGUMENTS, Map.of(), null, out, err, Map.of()));
    store = engine.newStore();
    Linker linker = new Linker(store);
    for (ImportType wanted : module.imports()) {
      if (wanted.type() instanceof FuncType type) {
        linker.define(wanted.module(), wanted.name(), type, (caller, slots) -> glue(wanted));
      }
    }
    wasi.define(linker);
    ruby = linker.instantiate(module);
    memory = ruby.memory("memory").orElseThrow();
    function("_initialize").call();
    function("ruby-init: ").call(list(ARGUMENTS), ARGUMENTS.size());
  }

  /** Handles of Ruby's own values are the numbers that Ruby gives them; nothing else of the glue is offered. */
  private static void glue(ImportType wanted) {
    if (!wanted.name().equals("resource_new_rb-abi-value") && !wanted.name().equals("resource_get_rb-abi-value")) {
      throw new UnsupportedOperationException("Ruby asks for JavaScript: " + wanted.module() + "." + wanted.name());
    }
  }

  /** The exported function whose name begins so: the interface's names go on with their types. */
  private Func function(String prefix) {
    return ruby.exports().entrySet().stream().filter(export -> export.getKey().startsWith(prefix))
        .map(export -> (Func) export.getValue()).findFirst().orElseThrow();
  }

  /** {@code cabi_realloc} of a new block: old address, old size, alignment, size. */
  private int allocate(int bytes, int alignment) {
    return (int) function("cabi_realloc").call(0, 0, alignment, bytes)[0];
  }

  private int string(byte[] text) {
    int address = allocate(text.length, 1);
    memory.write(address, text, 0, text.length);
    return address;
  }

  /** A list of C strings: their lengths count the NUL that ends each. */
  private int list(List<String> strings) {
    int address = allocate(8 * strings.size(), 4);
    for (int i = 0; i < strings.size(); i++) {
      byte[] text = (strings.get(i) + "\0").getBytes(StandardCharsets.UTF_8);
      memory.putInt(address + 8L * i, string(text));
      memory.putInt(address + 8L * i + 4, text.length);
    }
    return address;
  }

  /**
   * Evaluates a script and flushes what it printed.
   *
   * @return whether it ended without an exception
   */
  public boolean evaluate(String script) {
    byte[] text = (script + "\n$stdout.flush").getBytes(StandardCharsets.UTF_8);
    int valueAndState = (int) function("rb-eval-string-protect: ").call(string(text), text.length)[0];
    return memory.getInt(valueAndState + 4) == 0;
  }

  @Override
  public void close() throws IOException {
    store.close();
    wasi.close();
  }

  /**
   * Prints what the script prints, and on standard error how long each step took. A third argument is a folder for
   * compiled code, which the next run starts with.
   */
  public static void main(String[] arguments) throws IOException, CompileError, LinkError {
    StepTimes times = new StepTimes();
    CodeCache cache = arguments.length > 2 ? CodeCache.open(Path.of(arguments[2]), CodeCache.USUAL_BYTES) : null;
    Engine engine = Engine.createWithCache(EngineOptions.fromProperties(), cache);
    Path file = Path.of(arguments[0]);
    Module module;
    try (InputStream in = Files.newInputStream(file)) {
      module = Module.compile(engine, in, Files.size(file), CompileOptions.DEFAULT);
    }
    times.step("compile");
    boolean fine;
    try (cache; RubyProgram program = new RubyProgram(engine, module, new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err))) {
      times.step("start");
      fine = program.evaluate(arguments[1]);
      times.step("evaluate");
    }
    times.step("close");
    times.print(System.err);
    System.exit(fine ? 0 : 1);
  }
}
