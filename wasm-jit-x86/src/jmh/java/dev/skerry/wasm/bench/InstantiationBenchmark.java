package dev.skerry.wasm.bench;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.InstanceImage;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ImportType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Linking and instantiating a large module in a store of its own: the plain way, and from its image. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class InstantiationBenchmark {

  /** The system property that names the module's file; {@code fetch.sh} fetches one. */
  static final String FILE = "skerry.bench.instance";

  private final Engine engine = Engine.create();
  private Module module;
  private InstanceImage image;
  private Store store;
  private Linker linker;

  @Setup
  public void read() throws IOException, CompileError, LinkError {
    module = Module.compile(engine, Files.readAllBytes(Path.of(System.getProperty(FILE))));
    image = InstanceImage.of(engine, module);
  }

  @Setup(Level.Invocation)
  public void open() {
    store = engine.newStore();
    linker = new Linker(store);
    for (ImportType wanted : module.imports()) {
      linker.define(wanted.module(), wanted.name(), (FuncType) wanted.type(), (caller, slots) -> { });
    }
  }

  @TearDown(Level.Invocation)
  public void close() {
    store.close();
  }

  @Benchmark
  public Instance plain() throws LinkError {
    return linker.instantiate(module);
  }

  @Benchmark
  public Instance fromImage() throws LinkError {
    return linker.instantiate(image);
  }
}
