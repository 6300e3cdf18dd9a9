package dev.skerry.fetch.bench;

import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** URLs parsed in a second, of the kinds that pages have; the score counts single URLs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class UrlBenchmark {

  private static final int COUNT = 8;

  private final String[] absolute = {
    "http://localhost:8080/",
    "https://www.example.com/",
    "https://shop.example.com:8443/catalogue/boats/index.html?page=3&sort=price#results",
    "https://user:word@example.com/a/b/c/../d/./e",
    "http://192.168.0.1/admin?x=%20y",
    "http://[2001:db8::8a2e:370:7334]/file.wasm",
    "data:text/plain;charset=utf-8,hello%20world",
    "https://cdn.example.net/assets/app.3f2a1b9c.wasm?v=1.0.7"
  };
  private final String[] relative = {
    "app.wasm", "/index.html", "../images/skerry.png", "?page=2", "#top", "//cdn.example.net/lib.wasm", "./a/b/../c",
    "modules/net.wasm?v=2#x"
  };
  private Url base;

  public UrlBenchmark() {
    try {
      base = Url.parse("https://shop.example.com/catalogue/boats/index.html");
    } catch (UrlParseException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Absolute URLs. */
  @Benchmark
  @OperationsPerInvocation(COUNT)
  public void absolute(Blackhole sink) throws UrlParseException {
    for (String url : absolute) {
      sink.consume(Url.parse(url));
    }
  }

  /** Relative URLs against a base. */
  @Benchmark
  @OperationsPerInvocation(COUNT)
  public void relative(Blackhole sink) throws UrlParseException {
    for (String url : relative) {
      sink.consume(Url.parse(url, base));
    }
  }
}
