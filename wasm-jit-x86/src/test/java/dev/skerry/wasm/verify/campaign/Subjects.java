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
import java.util.stream.Stream;

/** Real compiled code: of the kernels, of the specification's test suite, of random modules. */
final class Subjects {

  private static final String[] GUESTS = {"kernels", "loops", "simd", "scalars", "vectors"};
  private static final int LARGEST = 6_000;
  private static final long MOST_PAGES = 40;

  private final List<ModuleInfo> guests = new ArrayList<>();
  private final List<Path> suite = new ArrayList<>();

  Subjects() {
    try {
      for (String guest : GUESTS) {
        guests.add(read(Kernel.binary(guest)));
      }
      Path folder = Path.of(System.getProperty("skerry.shared", "shared"), "conformance", "wasm");
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.walk(folder)) {
          files.filter(file -> file.toString().endsWith(".wasm")).sorted().forEach(suite::add);
        }
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

  /** How many modules of the test suite there are. */
  int suiteSize() {
    return suite.size();
  }

  /** A function of one of the sources in turn, under one of the strategies in turn; null if there is none to be had. */
  Subject pick(Random random, int turn) {
    MemoryStrategy memory = MemoryStrategy.values()[turn % MemoryStrategy.values().length];
    int source = turn / MemoryStrategy.values().length % 3;
    return switch (source) {
      case 0 -> {
        int guest = random.nextInt(GUESTS.length);
        yield pick(random, GUESTS[guest], guests.get(guest), memory);
      }
      case 1 -> {
        if (suite.isEmpty()) {
          yield null;
        }
        Path file = suite.get(random.nextInt(suite.size()));
        try {
          yield pick(random, file.getFileName().toString(), read(Files.readAllBytes(file)), memory);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      default -> {
        long seed = random.nextInt();
        yield pick(random, "random module " + seed, read(new RandomModule(new Random(seed)).module().bytes()), memory);
      }
    };
  }

  private static Subject pick(Random random, String name, ModuleInfo module, MemoryStrategy memory) {
    if (module == null || module.functions().length == module.importedFunctions()) {
      return null;
    }
    for (var type : module.memories()) {
      if (Long.compareUnsigned(type.limits().min(), MOST_PAGES) > 0) {
        return null;
      }
    }
    int own = module.functions().length - module.importedFunctions();
    try {
      int function = module.importedFunctions() + random.nextInt(own);
      List<Integer> loops = random.nextInt(4) == 0 ? loops(module, function) : List.of();
      int loop = loops.isEmpty() ? -1 : loops.get(random.nextInt(loops.size()));
      Subject subject = Subject.of(name, module, function, loop, memory, random.nextInt(8) == 0);
      boolean fits = subject.code().codeBytes() <= LARGEST && subject.code().frameBytes() < World.STACK_BYTES / 8;
      return fits ? subject : null;
    } catch (CompilationRefused refused) {
      return null;
    }
  }

  /** Byte offsets in the module of a function's loops. */
  private static List<Integer> loops(ModuleInfo module, int function) {
    ModuleInfo.FunctionBody body = module.bodies().get(function - module.importedFunctions());
    InstructionReader reader = new InstructionReader(module.bytes(), body.offset());
    List<Integer> loops = new ArrayList<>();
    while (reader.position() < body.end()) {
      int at = reader.position();
      if (reader.next() == Opcode.LOOP) {
        loops.add(at);
      }
    }
    return loops;
  }
}
