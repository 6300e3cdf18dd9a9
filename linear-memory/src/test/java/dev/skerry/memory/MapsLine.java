package dev.skerry.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A mapping of this process, as a line of /proc/self/maps gives it. */
record MapsLine(long start, long end, String protection, String name) {

  static List<MapsLine> all() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).stream().map(MapsLine::parse).toList();
  }

  /** Protection of the page at the address, {@code none} if it is not mapped. */
  static String protectionAt(long address) throws IOException {
    return all().stream().filter(line -> line.start <= address && address < line.end)
        .map(MapsLine::protection).findFirst().orElse("none");
  }

  private static MapsLine parse(String line) {
    String[] fields = line.split(" +", 6);
    String[] range = fields[0].split("-");
    return new MapsLine(Long.parseUnsignedLong(range[0], 16), Long.parseUnsignedLong(range[1], 16), fields[1],
        fields.length == 6 ? fields[5] : "");
  }
}
