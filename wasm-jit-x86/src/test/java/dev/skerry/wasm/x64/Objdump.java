package dev.skerry.wasm.x64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;

/** GNU objdump as the judge of what bytes mean; its aliases are put into the words of the rows. */
final class Objdump {

  /** Names of the predicates of {@code cmpps} and its like, by immediate (Intel SDM, volume 2, CMPPD). */
  private static final List<String> PREDICATES = List.of("eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord",
      "eq_uq", "nge", "ngt", "false", "neq_oq", "ge", "gt", "true", "eq_os", "lt_oq", "le_oq", "unord_s", "neq_us",
      "nlt_uq", "nle_uq", "ord_s", "eq_us", "nge_uq", "ngt_uq", "false_os", "neq_os", "ge_oq", "gt_oq", "true_us");
  private static final Map<String, String> COMPARES = IntStream.range(0, PREDICATES.size()).boxed()
      .flatMap(i -> List.of("ps", "pd", "ss", "sd").stream().flatMap(type -> List.of("cmp", "vcmp").stream()
          .map(name -> Map.entry(name + PREDICATES.get(i) + type, name + type + " 0x" + Integer.toHexString(i)))))
      .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

  private Objdump() {
  }

  /** Skips the test where the tool is absent, but never in CI. */
  static void require() {
    boolean present = List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "objdump")));
    if (System.getenv("CI") == null) {
      Assumptions.assumeTrue(present, "objdump (binutils) is not installed");
    }
    assertTrue(present, "objdump (binutils) is required in CI");
  }

  /** Asserts that objdump reads the code as just these instructions, one after the other. */
  static void assertReads(byte[] code, List<Instruction> expected) throws IOException, InterruptedException {
    Path file = Files.createTempFile("code", ".bin");
    try {
      Files.write(file, code);
      Process process = new ProcessBuilder("objdump", "-D", "-b", "binary", "-m", "i386:x86-64", "-M", "intel",
          "--no-show-raw-insn", "-w", "-z", file.toString()).redirectErrorStream(true).start();
      try (BufferedReader lines = process.inputReader()) {
        compare(lines, expected);
      } finally {
        process.destroy();
      }
      process.waitFor();
    } finally {
      Files.delete(file);
    }
  }

  private static void compare(BufferedReader lines, List<Instruction> expected) throws IOException {
    int next = 0;
    long address = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      int tab = line.indexOf(":\t");
      if (tab < 0) {
        continue;
      }
      if (next == expected.size()) {
        fail("objdump reads more than was written: " + line);
      }
      Instruction instruction = expected.get(next++);
      assertEquals(address, Long.parseLong(line.substring(0, tab).trim(), 16),
          () -> "length of what stands before " + instruction.row());
      long start = address;
      assertEquals(normalised(line.substring(tab + 2)), normalised(instruction.toString(address)),
          () -> instruction.row() + " at " + start);
      address += instruction.length();
    }
    assertEquals(expected.size(), next, "instructions that objdump reads");
  }

  /**
   * The text without padding and comments; with {@code mov} for {@code movabs}, {@code nop} for each long form of it,
   * one name for 128 bits of memory, and the predicate of a compare as the immediate that it is.
   */
  private static String normalised(String text) {
    int comment = text.indexOf('#');
    String plain = (comment < 0 ? text : text.substring(0, comment)).trim().replaceAll(" +", " ")
        .replace(" OWORD PTR", " XMMWORD PTR");
    if (plain.startsWith("nop ") || plain.equals("xchg ax,ax")) {
      return "nop";
    } else if (plain.startsWith("movabs ")) {
      return "mov" + plain.substring("movabs".length());
    }
    int space = plain.indexOf(' ');
    String compare = space < 0 ? null : COMPARES.get(plain.substring(0, space));
    if (compare != null) {
      String[] parts = compare.split(" ");
      return parts[0] + plain.substring(space) + "," + parts[1];
    }
    return plain;
  }
}
