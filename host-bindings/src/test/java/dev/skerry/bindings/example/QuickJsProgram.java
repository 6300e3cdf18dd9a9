package dev.skerry.bindings.example;

import dev.skerry.bindings.WasiPreview1;
import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.format.FuncType;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Evaluates JavaScript with the QuickJS of npm's {@code quickjs-wasi}: {@code quickjs.wasm} and the script are the two
 * arguments. Scripts have one function of the host, {@code print}, which writes its arguments as a line of text. Dates
 * are in UTC, nothing is interrupted, and there are no modules to import.
 */
public final class QuickJsProgram implements AutoCloseable {

  private static final String HOST = "env";
  private static final FuncType TWO = FuncType.of("i32 i32 -> i32");

  private final OutputStream out;
  private final WasiPreview1 wasi;
  private final Store store;
  private final Instance quickJs;
  private final Memory memory;

  /** Links and starts QuickJS; what scripts print goes to the stream. */
  public QuickJsProgram(Engine engine, Module module, OutputStream out, OutputStream err) throws LinkError {
    this.out = out;
    wasi = new WasiPreview1(new WasiPreview1.Config(List.of(), Map.of(), null, out, err, Map.of()));
    store = engine.newStore();
    Linker linker = new Linker(store)
        .define(HOST, "host_get_timezone_offset", TWO, (caller, slots) -> slots[0] = 0)
        .define(HOST, "host_interrupt", FuncType.of("-> i32"), (caller, slots) -> slots[0] = 0)
        .define(HOST, "host_promise_rejection", FuncType.of("i32 i32 i32 ->"), (caller, slots) -> {
          call("qjs_free_value", (int) slots[0]);
          call("qjs_free_value", (int) slots[1]);
        })
        .define(HOST, "host_module_normalize", TWO, (caller, slots) -> slots[0] = 0)
        .define(HOST, "host_module_load", TWO, (caller, slots) -> slots[0] = 0)
        .define(HOST, "host_call", FuncType.of("i32 i32 i32 i32 i32 -> i32"),
            (caller, slots) -> slots[0] = print((int) slots[3], (int) slots[4]));
    wasi.define(linker);
    quickJs = linker.instantiate(module);
    memory = quickJs.memory("memory").orElseThrow();
    call("_initialize");
    if (call("qjs_init") != 0) {
      throw new IllegalStateException("QuickJS does not start");
    }
    int name = cString("print");
    call("qjs_set_prop_string", call("qjs_get_global"), name, call("qjs_new_host_function", name, 5, 0));
  }

  /** Calls an exported function on addresses and numbers; 0 where it has no result. */
  private int call(String name, Object... arguments) {
    Object[] results = quickJs.func(name).orElseThrow().call(arguments);
    return results.length == 0 ? 0 : (int) results[0];
  }

  private int cString(String text) {
    byte[] bytes = (text + "\0").getBytes(StandardCharsets.UTF_8);
    int address = call("wasm_malloc", bytes.length);
    memory.write(address, bytes, 0, bytes.length);
    return address;
  }

  /** A value as the text that JavaScript's {@code String(value)} gives. */
  private String text(int value) {
    int length = call("wasm_malloc", Integer.BYTES);
    int address = call("qjs_get_string_len", value, length);
    String text = address == 0 ? "" : new String(memory.read(address, memory.getInt(length)), StandardCharsets.UTF_8);
    call("qjs_free_cstring", address);
    call("wasm_free", length);
    return text;
  }

  private int print(int count, int values) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < count; i++) {
      line.append(i == 0 ? "" : " ").append(text(memory.getInt(values + 4L * i)));
    }
    try {
      out.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    return call("qjs_get_undefined");
  }

  /** Evaluates a script and the jobs it leaves, and returns its value, or what it threw, as text. */
  public String evaluate(String script) {
    int source = cString(script);
    int file = cString("<script>");
    int value = call("qjs_eval", source, script.getBytes(StandardCharsets.UTF_8).length, file, 0);
    if (call("qjs_is_exception", value) != 0) {
      value = call("qjs_get_exception");
    }
    while (call("qjs_is_job_pending") != 0 && call("qjs_execute_pending_job") >= 0) {
      store.poll();
    }
    String text = text(value);
    call("qjs_free_value", value);
    call("wasm_free", source);
    call("wasm_free", file);
    return text;
  }

  @Override
  public void close() throws IOException {
    store.close();
    wasi.close();
  }

  /** Prints what the script prints and its value, and on standard error how long each step took. */
  public static void main(String[] arguments) throws IOException, CompileError, LinkError {
    StepTimes times = new StepTimes();
    byte[] bytes = Files.readAllBytes(Path.of(arguments[0]));
    Engine engine = Engine.create();
    Module module = Module.compile(engine, bytes);
    times.step("compile");
    try (OutputStream out = new FileOutputStream(FileDescriptor.out);
        OutputStream err = new FileOutputStream(FileDescriptor.err);
        QuickJsProgram program = new QuickJsProgram(engine, module, out, err)) {
      times.step("start");
      String value = program.evaluate(arguments[1]);
      times.step("evaluate");
      out.write((value + "\n").getBytes(StandardCharsets.UTF_8));
      times.print(System.err);
    }
  }
}
