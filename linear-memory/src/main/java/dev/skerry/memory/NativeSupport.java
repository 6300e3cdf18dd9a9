package dev.skerry.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What this machine offers for native memory, for people who ask why something is slow or refused.
 *
 * @param nativeMemory true if memory is reserved and grown in place, false if it comes from the JDK and may be copied
 * @param reason why it is so, one phrase
 * @param pageBytes size of the system's pages
 * @param maxMapCount most mappings of one process ({@code vm.max_map_count}), empty where unknown
 * @param overcommitMemory 0 heuristic, 1 always, 2 strict ({@code vm.overcommit_memory}), empty where unknown
 * @param addressSpaceLimit {@code RLIMIT_AS} in bytes or {@code unlimited}, empty where unknown
 */
public record NativeSupport(boolean nativeMemory, String reason, long pageBytes, Optional<String> maxMapCount,
    Optional<String> overcommitMemory, Optional<String> addressSpaceLimit) {

  /** Says whether memory is native, without reading anything. */
  public static boolean isNative() {
    return PlatformChoice.current().platform() instanceof LinuxPlatform;
  }

  /** Why memory is native or not, one phrase, without reading anything. */
  public static String why() {
    return PlatformChoice.current().reason();
  }

  /** Reads the facts anew. */
  public static NativeSupport current() {
    return new NativeSupport(isNative(), why(), Unsafes.PAGE_BYTES,
        lines("/proc/sys/vm/max_map_count").findFirst(),
        lines("/proc/sys/vm/overcommit_memory").findFirst(),
        lines("/proc/self/limits").filter(line -> line.startsWith("Max address space"))
            .map(line -> line.split(" {2,}")[1]).findFirst());
  }

  private static Stream<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file)).stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }
}
