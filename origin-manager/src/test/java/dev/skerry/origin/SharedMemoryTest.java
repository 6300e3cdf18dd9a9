package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.bindings.Capability;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Shared memories in pages, which an embedder may grant by origin, and waiting at their addresses. */
final class SharedMemoryTest extends PageTest {

  @Override
  PageHost.Builder builder() {
    return PageHost.builder().limits(Limits.defaults().with(Limit.TASK_CPU, 2_000)).capabilities(frame ->
        frame.origin().toString().equals(sites.origin("a")) ? EnumSet.allOf(Capability.class) : Capability.usual());
  }

  private Page open(String site) throws LoadError {
    sites.html(site, "/", script("waiter")).wasm(site, "waiter");
    return settled(site, "/");
  }

  @Test
  void givenTheCapabilityWhenAGuestWaitsThenATimerOfItsDocumentCanNotifyIt() throws LoadError {
    Page page = open("a");
    assertEquals(0, page.call("wait")[0], "woken");
    assertEquals(2, page.call("doze")[0], "its time is up");
  }

  @Test
  void givenAGuestThatWaitsForEverWhenItsAgentEndsThenItsCallerHearsOfItAndNothingWasHeld() throws Exception {
    Page page = open("a");
    CompletableFuture<Object[]> call = page.callLater("for_ever");
    assertTrue(page.settle(LONG), "who waits takes no processor time");
    assertEquals(0, page.call("wait")[0]);
    page.agent(sites.origin("a")).end("enough");
    assertThrows(ExecutionException.class, call::get);
  }

  @Test
  void givenNoCapabilityWhenAModuleHasASharedMemoryThenItDoesNotCompile() throws LoadError {
    Page page = open("b");
    assertTrue(page.hasFailed());
    assertMentions(messages(page).get(0), "does not compile", "threads not supported");
  }
}
