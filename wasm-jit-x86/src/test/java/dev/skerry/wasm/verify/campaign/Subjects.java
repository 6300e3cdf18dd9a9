package dev.skerry.wasm.verify.campaign;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.RandomModule;
import dev.skerry.wasm.decode.InstructionReader;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.testing.Kernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Real compiled code: of the kernels, of the specification's test suite, of random modules. */
final class Subjects {

  private static final String[] GUESTS = {"kernels", "loops", "simd", "scalars", "vectors"};
  private static final int SOURCES = 3;
  private static final int LARGEST = 6_000;

  /** What functions are looked for: what is rare would else be missing in a campaign now and then. */
  private enum Wish {
    ANYTHING(EnumSet.noneOf(Opcode.class), 1),
    COPIES_OF_CALLEES(EnumSet.of(Opcode.CALL, Opcode.CALL_INDIRECT), 8) {
      @Override
      boolean isFulfilled(Subject subject) {
        return subject.code().inlined().length > 0;
      }
    },
    CHECKS_OF_TYPES(EnumSet.of(Opcode.CALL_INDIRECT), 8);

    private final Set<Opcode> holds;
    private final int tries;

    Wish(Set<Opcode> holds, int tries) {
      this.holds = holds;
      this.tries = tries;
    }

    boolean mayBeFulfilled(Function function) {
      return holds.isEmpty() || !function.offsets(holds).isEmpty();
    }

    boolean isFulfilled(Subject subject) {
      return true;
    }
  }

  /** A function that a module defines. */
  private record Function(String name, ModuleInfo module, int index) {

    /** Byte offsets in the module of the function's instructions of some kinds. */
    List<Integer> offsets(Set<Opcode> kinds) {
      ModuleInfo.FunctionBody body = module.bodies().get(index - module.importedFunctions());
      InstructionReader reader = new InstructionReader(module.bytes(), body.offset());
      List<Integer> offsets = new ArrayList<>();
      while (reader.position() < body.end()) {
        int at = reader.position();
        if (kinds.contains(reader.next())) {
          offsets.add(at);
        }
      }
      return offsets;
    }
  }

  private final List<Function> guests = new ArrayList<>();
  private final List<Path> suite = new ArrayList<>();

  Subjects() {
    try {
      for (String guest : GUESTS) {
        functions(guest, read(Kernel.binary(guest))).forEach(guests::add);
      }
      Path folder = Path.of(System.getProperty("skerry.shared", "shared"), "conformance", "wasm");
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.walk(folder)) {
          files.filter(file -> file.toString().endsWith(".wasm")).sorted().forEach(suite::add);
        }
      } else {
        System.out.println("the test suite is not at " + folder + ": none of its functions is looked at");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ModuleInfo read(byte[] bytes) {
    try {
      return ModuleReader.read(bytes, EnumSet.allOf(Feature.class));
    } catch (CompileError e) {
      return null;
    }
  }

  /**
   * A function of one of the sources in turn, under one of the strategies in turn, with one of the wishes in turn; null
   * if there is none to be had. What is drawn depends on the generator and the turn alone.
   */
  Subject pick(Random random, int turn) {
    MemoryStrategy memory = MemoryStrategy.values()[turn % MemoryStrategy.values().length];
    int round = turn / MemoryStrategy.values().length;
    Wish wish = Wish.values()[round / SOURCES % Wish.values().length];
    Subject subject = null;
    for (int i = 0; i < wish.tries && (subject == null || !wish.isFulfilled(subject)); i++) {
      List<Function> functions = functions(random, round % SOURCES).filter(wish::mayBeFulfilled).toList();
      Subject next = functions.isEmpty() ? null
          : compile(random, functions.get(random.nextInt(functions.size())), memory);
      subject = next == null ? subject : next;
    }
    return subject;
  }

  /** All functions of all guests, of a module of the test suite, or of a random module. */
  private Stream<Function> functions(Random random, int source) {
    switch (source) {
      case 0:
        return guests.stream();
      case 1:
        if (suite.isEmpty()) {
          return Stream.empty();
        }
        Path file = suite.get(random.nextInt(suite.size()));
        try {
          return functions(file.getFileName().toString(), read(Files.readAllBytes(file)));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      default:
        long seed = random.nextInt();
        return functions("random module " + seed, read(new RandomModule(new Random(seed)).module().bytes()));
    }
  }

  private static Stream<Function> functions(String name, ModuleInfo module) {
    boolean fits = module != null && Stream.of(module.memories())
        .allMatch(type -> Long.compareUnsigned(type.limits().min(), World.MOST_PAGES) <= 0);
    return !fits ? Stream.empty() : IntStream.range(module.importedFunctions(), module.functions().length)
        .mapToObj(function -> new Function(name, module, function));
  }

  private static Subject compile(Random random, Function function, MemoryStrategy memory) {
    List<Integer> loops = random.nextInt(4) == 0 ? function.offsets(EnumSet.of(Opcode.LOOP)) : List.of();
    int loop = loops.isEmpty() ? -1 : loops.get(random.nextInt(loops.size()));
    boolean fuel = random.nextInt(8) == 0;
    try {
      Subject subject = Subject.of(function.name, function.module, function.index, loop, memory, fuel);
      boolean fits = subject.code().codeBytes() <= LARGEST && subject.code().frameBytes() < World.STACK_BYTES / 8;
      return fits ? subject : null;
    } catch (CompilationRefused refused) {
      return null;
    }
  }
}
