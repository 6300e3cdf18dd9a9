package dev.skerry.wasm.tier;

import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.GraphText;
import dev.skerry.wasm.regalloc.CompiledFunction;

/** What can be shown of a function on its way through the compiler, as text. */
public enum Dump {
  /** The graph that is lowered. */
  IR {
    @Override
    Recorder recorder() {
      return new Recorder() {
        @Override
        public void graph(String step, Graph graph) {
          text.setLength(0);
          text.append(GraphText.of(graph));
        }
      };
    }
  },
  /** The graph after each step that changed it. */
  PASSES {
    @Override
    Recorder recorder() {
      return new Recorder() {
        private String last = "";

        @Override
        public void graph(String step, Graph graph) {
          String now = GraphText.of(graph);
          text.append("== ").append(step).append(now.equals(last) ? ": nothing changed\n" : "\n" + now);
          last = now;
        }
      };
    }
  },
  /** Machine code, disassembled. */
  ASM {
    @Override
    Recorder recorder() {
      return new Recorder() {
        @Override
        public void emitted(CompiledFunction code) {
          text.append(CodeListing.of(code));
        }
      };
    }
  };

  /** Collects text. */
  abstract static class Recorder implements CompileTrace {

    final StringBuilder text = new StringBuilder();

    String text() {
      return text.toString();
    }
  }

  abstract Recorder recorder();
}
