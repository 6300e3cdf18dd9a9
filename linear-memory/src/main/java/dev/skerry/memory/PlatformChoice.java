package dev.skerry.memory;

import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The platform of this process and why it is that one. Native unless {@code -Dskerry.native=off}, another system or
 * CPU, or a machine that refuses.
 */
record PlatformChoice(Platform platform, String reason) {

  static final String PROPERTY = "skerry.native";

  private static final PlatformChoice CURRENT = choose();

  static PlatformChoice current() {
    return CURRENT;
  }

  private static PlatformChoice choose() {
    if ("off".equals(System.getProperty(PROPERTY))) {
      return jdk("switched off by -D" + PROPERTY + "=off");
    }
    String system = System.getProperty("os.name");
    String cpu = System.getProperty("os.arch");
    if (!system.equals("Linux") || !Set.of("amd64", "x86_64").contains(cpu.toLowerCase(Locale.ROOT))) {
      return jdk("native memory needs Linux on x86-64, this is " + system + " on " + cpu);
    }
    try {
      SystemCalls.bootstrap();
      return new PlatformChoice(new LinuxPlatform(), "Linux on x86-64");
    } catch (LinkageError | RuntimeException e) {
      String reason = "the machine refused native code: " + reasonOf(e);
      Logger log = LoggerFactory.getLogger(PlatformChoice.class);
      log.warn("Memory comes from the JDK, growth may copy: {}", reason);
      return jdk(reason);
    }
  }

  private static PlatformChoice jdk(String reason) {
    return new PlatformChoice(new JdkPlatform(), reason);
  }

  /** One line: what failed, and the first cause, which is the system's own word. */
  private static String reasonOf(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return Stream.of(thrown, root).map(PlatformChoice::firstLine).distinct().collect(Collectors.joining(": "));
  }

  private static String firstLine(Throwable thrown) {
    return Objects.requireNonNullElse(thrown.getMessage(), thrown.toString()).lines().findFirst().orElse("");
  }
}
