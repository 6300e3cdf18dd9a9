package dev.skerry.origin;

import dev.skerry.wasm.Engine;

/** What all documents of one page share. */
record PageContext(Engine engine, Limits limits, PageLimits ownLimits, Activity activity, Agents agents,
                   FrameTree frames, NodeBudget nodes,
                   ConsoleLog console, PageFetcher fetcher, RequestWatch watch, Problems problems,
                   SessionHistory history, PageObserver observer, Subresources subresources,
                   StorageShed localStorage, StorageShed sessionStorage,
                   FrameBindings bindings, FrameCapabilities capabilities) {

  Navigator navigator() {
    return new Navigator(this);
  }
}
