package dev.skerry.wasm.bench;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.LinkError;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One call of a kernel. The tier varies fastest, so that what is compared runs one after the other. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class InterpreterBenchmark {

  @Param
  public Kernel kernel;

  @Param
  public Tier tier;

  private Tier.Guest guest;

  /** Loads the kernel and sees that it computes the right thing. */
  @Setup
  public void load() throws IOException, CompileError, LinkError {
    guest = tier.load(Kernel.module(), kernel.export());
    int answer = guest.call(kernel.size);
    if (answer != kernel.expected) {
      throw new IllegalStateException(tier + " answers " + answer + " for " + kernel + ", not " + kernel.expected);
    }
  }

  @Benchmark
  public int run() {
    return guest.call(kernel.size);
  }
}
