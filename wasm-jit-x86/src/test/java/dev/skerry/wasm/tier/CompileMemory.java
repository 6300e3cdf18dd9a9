package dev.skerry.wasm.tier;

import com.sun.management.ThreadMXBean;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.runtime.ModuleCode;
import java.lang.management.ManagementFactory;

/** What one compiler takes of Java's heap, function by function: all that it allocates, so more than it ever holds. */
public final class CompileMemory {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Compiler compiler;
  private final ModuleCode module;
  private long bodyBytes;
  private long heapBytes;
  private long mostHeapBytes;
  private int mostBodyBytes;
  private int refused;

  /** A compiler that is used again and again, as an engine does. */
  public CompileMemory(ModuleCode module, EngineOptions options) {
    this.module = module;
    compiler = new Compiler(options, CpuFeatures.current());
  }

  /** Compiles a function that the module defines; nothing is kept. */
  public void compile(int function) {
    var body = module.info().bodies().get(function - module.info().importedFunctions());
    int bytes = body.end() - body.offset();
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      compiler.compile(module, function, -1, CompileTrace.NONE);
    } catch (CompilationRefused limit) {
      refused++;
    }
    long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    bodyBytes += bytes;
    heapBytes += taken;
    if (taken > mostHeapBytes) {
      mostHeapBytes = taken;
      mostBodyBytes = bytes;
    }
  }

  /** Bytes of all bodies. */
  public long bodyBytes() {
    return bodyBytes;
  }

  /** Bytes that all of them took. */
  public long heapBytes() {
    return heapBytes;
  }

  /** Bytes that the one took that took most. */
  public long mostHeapBytes() {
    return mostHeapBytes;
  }

  /** Bytes of its body. */
  public int mostBodyBytes() {
    return mostBodyBytes;
  }

  /** How many were refused. */
  public int refused() {
    return refused;
  }
}
