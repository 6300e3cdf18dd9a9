package dev.skerry.fetch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;

/** A test of what is the same over each {@link Protocol}: with a site that speaks it, and a client that trusts it. */
abstract class ProtocolTest {

  @Parameter
  Protocol protocol;
  FetchClient client;
  TestSite site;

  @BeforeEach
  void open() throws Exception {
    client = build(protocol.builder());
    site = protocol.site();
  }

  /** The client that each test begins with. */
  FetchClient build(FetchClient.Builder builder) {
    return builder.build();
  }

  @AfterEach
  void close() {
    client.close();
    site.close();
  }
}
