package dev.skerry.bindings.bench;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasi.WasiOptions;
import com.dylibso.chicory.wasi.WasiPreview1;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionImport;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A program of others in Chicory, compiled to JVM bytecode when it is loaded, with Chicory's WASI and its memory for
 * OpenJDK; functions over the JVM's limits stay in its interpreter. Imports beyond WASI return their first argument.
 */
final class ChicoryProgram {

  private static final List<String> RUBY = List.of("ruby", "-EUTF-8", "-e_=0");

  private final Instance instance;
  private final Memory memory;

  ChicoryProgram(byte[] binary) {
    WasmModule module = Parser.parse(binary);
    WasiOptions options = WasiOptions.builder().withArguments(RUBY).withStdout(System.err, false)
        .withStderr(OutputStream.nullOutputStream()).build();
    ImportValues imports = ImportValues.builder()
        .addFunction(WasiPreview1.builder().withOptions(options).build().toHostFunctions())
        .addFunction(module.importSection().stream()
            .filter(wanted -> wanted instanceof FunctionImport && !wanted.module().equals("wasi_snapshot_preview1"))
            .map(wanted -> glue(module, (FunctionImport) wanted)).toArray(HostFunction[]::new))
        .build();
    instance = Instance.builder(module)
        .withImportValues(imports)
        .withMemoryFactory(ByteArrayMemory::new)
        .withMachineFactory(MachineFactoryCompiler.builder(module)
            .withInterpreterFallback(InterpreterFallback.SILENT).compile())
        .build();
    memory = instance.memory();
    call("_initialize");
  }

  private static HostFunction glue(WasmModule module, FunctionImport wanted) {
    var type = module.typeSection().getType(wanted.typeIndex());
    return new HostFunction(wanted.module(), wanted.name(), type,
        (caller, slots) -> type.returns().isEmpty() ? null : Arrays.copyOf(slots, 1));
  }

  /** Calls the exported function whose name begins so; 0 where it has no result. */
  private int call(String prefix, long... arguments) {
    long[] results = instance.export(name(prefix)).apply(arguments);
    return results == null || results.length == 0 ? 0 : (int) results[0];
  }

  private String name(String prefix) {
    var exports = instance.module().exportSection();
    for (int i = 0; i < exports.exportCount(); i++) {
      if (exports.getExport(i).name().startsWith(prefix)) {
        return exports.getExport(i).name();
      }
    }
    throw new IllegalStateException("nothing that begins with " + prefix + " is exported");
  }

  /** Starts QuickJS, as {@code QuickJsProgram} does. */
  ProgramServer.Evaluator quickJs() {
    if (call("qjs_init") != 0) {
      throw new IllegalStateException("QuickJS does not start");
    }
    return script -> {
      int source = cString(script);
      int file = cString("<script>");
      int value = call("qjs_eval", source, script.getBytes(StandardCharsets.UTF_8).length, file, 0);
      boolean isFine = call("qjs_is_exception", value) == 0;
      call("qjs_free_value", value);
      call("wasm_free", source);
      call("wasm_free", file);
      return isFine;
    };
  }

  private int cString(String text) {
    byte[] bytes = (text + "\0").getBytes(StandardCharsets.UTF_8);
    int address = call("wasm_malloc", bytes.length);
    memory.write(address, bytes);
    return address;
  }

  /** Starts Ruby, as {@code RubyProgram} does. */
  ProgramServer.Evaluator ruby() {
    int list = call("cabi_realloc", 0, 0, 4, 8 * RUBY.size());
    for (int i = 0; i < RUBY.size(); i++) {
      byte[] text = (RUBY.get(i) + "\0").getBytes(StandardCharsets.UTF_8);
      memory.writeI32(list + 8 * i, string(text));
      memory.writeI32(list + 8 * i + 4, text.length);
    }
    call("ruby-init: ", list, RUBY.size());
    return script -> {
      byte[] text = script.getBytes(StandardCharsets.UTF_8);
      return memory.readInt(call("rb-eval-string-protect: ", string(text), text.length) + 4) == 0;
    };
  }

  private int string(byte[] text) {
    int address = call("cabi_realloc", 0, 0, 1, text.length);
    memory.write(address, text);
    return address;
  }
}
