package dev.skerry.security;

import dev.skerry.fetch.FetchClient;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.Url;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A server whose answer does not end, in its headers, its body, or the time that it takes. The control lifts the limit
 * that stops it.
 */
final class EndlessAnswer implements Attack {

  private static final int GOAL_BYTES = 24 << 20;
  private static final Duration GOAL_TIME = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Part part;

  /** What does not end. */
  enum Part {
    HEADERS("endless-headers", "the limit of a response's headers"),
    BODY("endless-body", "the limit of a response's body"),
    TIME("slow-body", "the time that a fetch may take");

    private final String attack;
    private final String barrier;

    Part(String attack, String barrier) {
      this.attack = attack;
      this.barrier = barrier;
    }
  }

  EndlessAnswer(Part part) {
    this.part = part;
  }

  @Override
  public Card card() {
    return new Card(part.attack, Target.NETWORK,
        part == Part.TIME ? "hold a request for " + GOAL_TIME.toSeconds() + " seconds that may take a quarter of one"
        : "make the host take in " + GOAL_BYTES + " bytes of which it wants 64 KiB",
        Invariant.A_GUEST_ENDS_ONLY_ITSELF,
        part.barrier, AttackClass.PARSER_BOMBS);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    boolean lifted = setting.isDown();
    FetchClient.Options options = new FetchClient.Options(lifted ? Integer.MAX_VALUE : 64 << 10,
        lifted ? Integer.MAX_VALUE : 64 << 10, 20,
        part == Part.TIME && !lifted ? Duration.ofMillis(250) : Duration.ofSeconds(60), List.of());
    CompletableFuture<Long> taken = new CompletableFuture<>();
    try (Neighbour neighbour = new Neighbour(setting);
         EvilServer server = new EvilServer(socket -> taken.complete(serve(socket, lifted)));
         FetchClient client = FetchClient.create(options)) {
      long begin = System.nanoTime();
      try {
        client.fetch(FetchRequest.document(Url.parse(server.origin("evil.localhost") + "/")))
            .get(60, TimeUnit.SECONDS);
      } catch (ExecutionException expected) {
        // The server breaks off at its goal, or the client before.
      }
      long reached = taken.get(60, TimeUnit.SECONDS);
      return new Outcome(reached >= target(lifted), part == Part.TIME ? "the connection lasted " + reached + " ms"
          : reached + " bytes were taken")
          .with(neighbour.strain(Duration.ofNanos(System.nanoTime() - begin)));
    }
  }

  /** Where nothing stops it, it is done when the time is well over; else the machine may be busy with other things. */
  private long target(boolean lifted) {
    return part == Part.TIME ? (lifted ? GOAL_TIME : PATIENCE).toMillis() : GOAL_BYTES;
  }

  /** Sends until the goal is reached or the client has had enough; gives how far it came. */
  private long serve(Socket socket, boolean lifted) {
    long start = System.nanoTime();
    long reached = 0;
    try {
      OutputStream output = socket.getOutputStream();
      byte[] piece = (part == Part.HEADERS ? "X-A: " + "x".repeat(1000) + "\r\n" : "x".repeat(1000))
          .getBytes(StandardCharsets.US_ASCII);
      output.write(("HTTP/1.1 200 OK\r\n" + (part == Part.HEADERS ? "" : "\r\n")).getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(50);
      while (reached < target(lifted)) {
        if (part == Part.TIME) {
          output.write('x');
          awaitClose(socket);
          reached = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        } else {
          output.write(piece);
          reached += piece.length;
        }
      }
    } catch (IOException gone) {
      return reached;
    }
    return reached;
  }

  /** Waits 50 ms for the client to go. */
  private static void awaitClose(Socket socket) throws IOException {
    byte[] request = new byte[4096];
    try {
      while (socket.getInputStream().read(request) >= 0) {
        Thread.onSpinWait();
      }
    } catch (SocketTimeoutException stillThere) {
      return;
    }
    throw new IOException("the client has gone");
  }
}
