package dev.skerry.security;

import dev.skerry.fetch.Dns;
import dev.skerry.fetch.FetchClient;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.Origin;
import dev.skerry.fetch.PartitionKey;
import dev.skerry.fetch.Url;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A page of the bank asks a third site for something; then a page of the attacker asks for the same, and watches at
 * that site whether anything was left out: what was, somebody had asked before. The control puts both into one
 * partition, or lets the resolver remember.
 */
final class PartitionOracle implements Attack {

  private final Memory memory;

  /** What could remember. */
  enum Memory {
    HTTP_CACHE("cache-oracle", "the HTTP cache's partition key (Fetch 2.7)"),
    PREFLIGHT_CACHE("preflight-oracle", "the partition key of the CORS-preflight cache (Fetch 4.9)"),
    CONNECTION_POOL("connection-oracle", "the partition key of the connection pool (Fetch 2.6)"),
    DNS("dns-oracle", "that nobody keeps the answers of DNS");

    private final String attack;
    private final String barrier;

    Memory(String attack, String barrier) {
      this.attack = attack;
      this.barrier = barrier;
    }
  }

  PartitionOracle(Memory memory) {
    this.memory = memory;
  }

  @Override
  public Card card() {
    return new Card(memory.attack, Target.NETWORK,
        "learn what a page of another site has asked for",
        Invariant.NOTHING_IS_LEARNT,
        memory.barrier, AttackClass.CACHE_ORACLES);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    AtomicInteger questions = new AtomicInteger();
    Dns counting = host -> {
      questions.incrementAndGet();
      return List.of(InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}));
    };
    Map<String, List<InetAddress>> answers = new ConcurrentHashMap<>();
    Dns forgetful = setting.isUp() || memory != Memory.DNS ? counting
        : host -> List.of(answers.computeIfAbsent(host, name -> List.of(InetAddress.getLoopbackAddress())).get(0));
    try (Witness witness = new Witness(); FetchClient client = FetchClient.builder().dns(forgetful).build()) {
      Origin bank = Url.parse("http://bank.example/").origin();
      Origin evil = Url.parse("http://evil.example/").origin();
      ask(client, witness, bank, PartitionKey.topLevel(bank));
      int questionsOfBank = questions.get();
      List<Witness.Seen> before = witness.seen();
      boolean shared = setting.isDown() && memory != Memory.DNS;
      ask(client, witness, shared ? bank : evil, PartitionKey.topLevel(shared ? bank : evil));
      List<Witness.Seen> after = witness.seen().subList(before.size(), witness.seen().size());
      boolean missing = switch (memory) {
        case HTTP_CACHE -> after.stream().noneMatch(seen -> seen.method().equals("GET"));
        case PREFLIGHT_CACHE -> after.stream().noneMatch(seen -> seen.method().equals("OPTIONS"));
        case CONNECTION_POOL -> after.stream().anyMatch(seen -> before.stream()
            .anyMatch(earlier -> earlier.clientPort() == seen.clientPort()));
        case DNS -> questions.get() == questionsOfBank;
      };
      return new Outcome(missing, "the site saw " + before + " of the bank and " + after + " of the attacker, DNS was "
          + "asked " + questionsOfBank + " and " + (questions.get() - questionsOfBank) + " times");
    }
  }

  private void ask(FetchClient client, Witness witness, Origin requester, PartitionKey partition) throws Exception {
    Url url = Url.parse("http://cdn.example:" + witness.port() + "/" + memory.attack);
    FetchRequest request = new FetchRequest(url, Mode.CORS, Credentials.OMIT, Destination.EMPTY, requester, null)
        .in(partition);
    client.fetch(memory == Memory.PREFLIGHT_CACHE ? request.withMethod("DELETE") : request).get(60, TimeUnit.SECONDS);
  }
}
