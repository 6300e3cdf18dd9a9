package dev.skerry.fetch.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.skerry.fetch.FetchClient;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.PartitionKey;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/**
 * Requests in a second with 1,000 in flight over loopback, through the whole chain and by Jetty's bare client, in turns
 * in one JVM; and the memory that was in use meanwhile. Exits with 1 below 70 % of the bare client.
 */
public final class LoadTable {

  private static final int IN_FLIGHT = 1000;
  private static final int REQUESTS = 20_000;
  private static final int WARM_UP = 5;
  private static final int ROUNDS = 9;
  private static final double GOAL = 0.7;
  private static final byte[] BODY = new byte[1024];

  private LoadTable() {
  }

  /** Starts one request; says when it has ended, and whether it was answered whole. */
  private interface Sender {
    void send(int number, Consumer<Boolean> ended) throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server, 1, 1);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(new Handler.Abstract.NonBlocking() {
      @Override
      public boolean handle(Request request, Response response, Callback callback) {
        response.getHeaders().put("Content-Type", "application/octet-stream");
        response.getHeaders().put("Cache-Control", "no-store");
        response.write(true, ByteBuffer.wrap(BODY), callback);
        return true;
      }
    });
    server.start();
    String base = "http://localhost:" + connector.getLocalPort() + "/item?";
    HttpClient bare = new HttpClient();
    bare.setMaxRequestsQueuedPerDestination(IN_FLIGHT);
    bare.start();
    FetchClient client = FetchClient.create(new FetchClient.Options(1 << 20, 16 << 10, 20, Duration.ofSeconds(60),
        List.of()));
    boolean reached;
    try {
      reached = compare(number -> base + number, bare, client);
    } finally {
      client.close();
      bare.stop();
      server.stop();
    }
    System.exit(reached ? 0 : 1);
  }

  private interface Urls {
    String of(int number);
  }

  private static boolean compare(Urls urls, HttpClient bare, FetchClient client) throws Exception {
    Url page = Url.parse(urls.of(0));
    PartitionKey partition = PartitionKey.topLevel(page.origin());
    Sender bareSender = (number, ended) -> bare.newRequest(urls.of(number)).send(new BufferingResponseListener() {
      @Override
      public void onComplete(Result result) {
        ended.accept(result.isSucceeded() && getContent().length == BODY.length);
      }
    });
    Sender chainSender = (number, ended) -> client.fetch(request(urls.of(number), page, partition))
        .whenComplete((response, failure) -> ended.accept(failure == null && response.body().length == BODY.length));
    double[] bareRates = new double[ROUNDS];
    double[] chainRates = new double[ROUNDS];
    double[] ratios = new double[ROUNDS];
    double[] cpuRatios = new double[ROUNDS];
    for (int i = 0; i < WARM_UP; i++) {
      measure(bareSender);
      measure(chainSender);
    }
    System.out.println("round   bare client   whole chain   ratio   cpu of both     ratio   heap in use");
    for (int round = 0; round < ROUNDS; round++) {
      double start = cpuMicros();
      bareRates[round] = measure(bareSender);
      double between = cpuMicros();
      chainRates[round] = measure(chainSender);
      double bareCpu = (between - start) / REQUESTS;
      double chainCpu = (cpuMicros() - between) / REQUESTS;
      ratios[round] = chainRates[round] / bareRates[round];
      cpuRatios[round] = bareCpu / chainCpu;
      Runtime runtime = Runtime.getRuntime();
      System.out.printf("%5d   %9.0f/s   %9.0f/s   %5.2f   %4.0f, %4.0f us   %5.2f   %7d MiB%n", round + 1,
          bareRates[round], chainRates[round], ratios[round], bareCpu, chainCpu, cpuRatios[round],
          (runtime.totalMemory() - runtime.freeMemory()) >> 20);
    }
    Arrays.sort(bareRates);
    Arrays.sort(chainRates);
    Arrays.sort(ratios);
    Arrays.sort(cpuRatios);
    System.out.printf("median  %9.0f/s   %9.0f/s   %5.2f                   %5.2f%n", bareRates[ROUNDS / 2],
        chainRates[ROUNDS / 2], ratios[ROUNDS / 2], cpuRatios[ROUNDS / 2]);
    return ratios[ROUNDS / 2] >= GOAL;
  }

  /** Processor time of this process, client and server, which does not depend on what else the machine does. */
  private static double cpuMicros() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e3;
  }

  private static FetchRequest request(String url, Url page, PartitionKey partition) throws UrlParseException {
    return new FetchRequest(Url.parse(url), Mode.CORS, Credentials.SAME_ORIGIN, Destination.EMPTY, page.origin(), page)
        .in(partition);
  }

  /** Requests in a second. */
  private static double measure(Sender sender) throws Exception {
    Semaphore room = new Semaphore(IN_FLIGHT);
    CountDownLatch left = new CountDownLatch(REQUESTS);
    AtomicInteger failed = new AtomicInteger();
    long start = System.nanoTime();
    for (int i = 0; i < REQUESTS; i++) {
      room.acquire();
      sender.send(i, whole -> {
        if (!whole) {
          failed.incrementAndGet();
        }
        room.release();
        left.countDown();
      });
    }
    if (!left.await(120, TimeUnit.SECONDS) || failed.get() > 0) {
      throw new IllegalStateException(failed + " requests failed, " + left.getCount() + " did not end");
    }
    return REQUESTS / ((System.nanoTime() - start) / 1e9);
  }
}
