package dev.skerry.origin;

import dev.skerry.wasm.CompileReport;
import java.util.List;
import java.util.function.Consumer;

/** Keeps an embedder's observers from disturbing the page, and each other. */
record SafeObserver(List<PageObserver> observers) implements PageObserver {

  @Override
  public void console(ConsoleMessage message) {
    tell(to -> to.console(message));
  }

  @Override
  public void request(RequestReport request) {
    tell(to -> to.request(request));
  }

  @Override
  public void violation(ViolationReport violation) {
    tell(to -> to.violation(violation));
  }

  @Override
  public void problem(Problem problem) {
    tell(to -> to.problem(problem));
  }

  @Override
  public void agentEnded(String origin, Verdict verdict) {
    tell(to -> to.agentEnded(origin, verdict));
  }

  @Override
  public void limitReached(String origin, Limit limit, String sentence) {
    tell(to -> to.limitReached(origin, limit, sentence));
  }

  @Override
  public void navigated(FrameReport frame) {
    tell(to -> to.navigated(frame));
  }

  @Override
  public boolean wantsTasks() {
    return observers.stream().anyMatch(PageObserver::wantsTasks);
  }

  @Override
  public void task(TaskReport task) {
    tell(to -> to.task(task));
  }

  @Override
  public void compiled(CompileReport code) {
    tell(to -> to.compiled(code));
  }

  private void tell(Consumer<PageObserver> event) {
    for (PageObserver observer : observers) {
      EmbedderCall.tell("the page observer", () -> event.accept(observer));
    }
  }
}
