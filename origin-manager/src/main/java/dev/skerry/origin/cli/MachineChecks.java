package dev.skerry.origin.cli;

import dev.skerry.memory.NativeSupport;
import dev.skerry.origin.PageHost;
import dev.skerry.wasm.MachineSupport;
import dev.skerry.wasm.cache.CodeCache;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The checks of {@code skerry doctor}: each looks at one thing of the machine and changes nothing. */
final class MachineChecks {

  /** The kernel's default, which is enough for some ten thousand agents. */
  private static final long USUAL_MAPPINGS = 65_530;
  /** What compiled code can use beyond plain x86-64, by the names of /proc/cpuinfo. */
  private static final List<String> CPU_FEATURES = List.of("sse4_1", "sse4_2", "popcnt", "abm", "bmi1", "bmi2", "avx",
      "avx2", "avx512f", "fsgsbase");
  /** Without these flags JDK 24 and later warn about, and later refuse, what jffi needs. */
  private static final Set<String> NATIVE_FLAGS =
      Set.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
  private static final int FIRST_WITH_NATIVE_FLAGS = 24;

  private MachineChecks() {
  }

  static List<Check> all() {
    List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
    NativeSupport support = NativeSupport.current();
    MachineSupport machine = MachineSupport.current();
    List<Check> checks = new ArrayList<>();
    checks.add(Check.ok("java", "Java " + Runtime.version() + " of " + System.getProperty("java.vendor") + " in "
        + System.getProperty("java.home")));
    checks.add(flags(options));
    checks.add(heap());
    checks.add(compilers(options));
    checks.add(processor());
    checks.add(support.nativeMemory() ? Check.ok("native memory", "on: " + support.reason())
        : Check.warn("native memory", "off: " + support.reason(), "nothing: growing a memory may copy it"));
    checks.add(machineCode(machine));
    checks.add(bounds(machine));
    checks.add(mappings(support));
    checks.add(overcommit(support));
    checks.add(addressSpace(support));
    checks.add(cacheFolder());
    checks.add(codeCache());
    checks.add(archive(options));
    checks.add(temporaryFolder());
    return checks;
  }

  private static Check flags(List<String> options) {
    if (Runtime.version().feature() < FIRST_WITH_NATIVE_FLAGS) {
      return Check.ok("java options", "this Java needs none");
    }
    Set<String> missing = new TreeSet<>(NATIVE_FLAGS);
    options.forEach(missing::remove);
    return missing.isEmpty() ? Check.ok("java options", "all that this Java needs")
        : Check.warn("java options", "missing: " + String.join(" ", missing), "start with origin-manager/bin/skerry");
  }

  private static Check heap() {
    long megabytes = Runtime.getRuntime().maxMemory() >> 20;
    String finding = "up to " + megabytes + " MB, " + Runtime.getRuntime().availableProcessors() + " processors";
    return megabytes >= 256 ? Check.ok("java heap", finding)
        : Check.warn("java heap", finding, "large modules need more: SKERRY_JAVA_OPTS=-Xmx1g");
  }

  /** The launcher asks of Java what it asks for programs and pages. */
  private static Check compilers(List<String> options) {
    boolean serial = options.contains("-XX:+UseSerialGC");
    boolean first = options.contains("-XX:TieredStopAtLevel=1");
    String collector = serial ? "serial collector" : "this Java's usual collector";
    return Check.ok("java at work", collector + "; run, compile and open: "
        + (first ? "HotSpot's first compiler alone, which halves the processor time of a start" : "all its compilers"));
  }

  private static Check processor() {
    String architecture = System.getProperty("os.arch");
    String model = architecture;
    String flags = "";
    for (String line : lines("/proc/cpuinfo")) {
      int colon = line.indexOf(':');
      if (line.startsWith("model name") && model.equals(architecture)) {
        model = line.substring(colon + 1).strip();
      } else if (line.startsWith("flags") && flags.isEmpty()) {
        flags = line.substring(colon + 1).strip();
      }
    }
    if (!architecture.equals("amd64")) {
      return Check.warn("processor", model, "skerry makes machine code for x86-64 only: here it interprets");
    }
    List<String> present = new ArrayList<>(CPU_FEATURES);
    present.retainAll(Arrays.asList(flags.split(" ")));
    return Check.ok("processor", model + (present.isEmpty() ? "" : " with " + String.join(" ", present)));
  }

  private static Check machineCode(MachineSupport machine) {
    return machine.machineCode() ? Check.ok("machine code", "on: " + machine.writing())
        : Check.warn("machine code", "off: " + machine.writing(), "nothing: everything is interpreted");
  }

  private static Check bounds(MachineSupport machine) {
    String pages = "; code of pages runs " + PageHost.usualEngine().memory().name().toLowerCase(Locale.ROOT);
    return machine.faults() ? Check.ok("memory bounds", machine.bounds() + pages)
        : Check.warn("memory bounds", machine.bounds() + pages, "nothing: code is somewhat slower");
  }

  private static Check mappings(NativeSupport support) {
    String count = support.maxMapCount().orElse("");
    if (count.isEmpty()) {
      return Check.ok("mappings", "no limit known (vm.max_map_count)");
    }
    return Long.parseLong(count) >= USUAL_MAPPINGS ? Check.ok("mappings", "vm.max_map_count is " + count)
        : Check.warn("mappings", "vm.max_map_count is only " + count,
            "for many agents: sysctl -w vm.max_map_count=" + USUAL_MAPPINGS);
  }

  private static Check overcommit(NativeSupport support) {
    return switch (support.overcommitMemory().orElse("")) {
      case "" -> Check.ok("overcommit", "unknown (vm.overcommit_memory)");
      case "2" -> Check.warn("overcommit", "vm.overcommit_memory is 2: the system counts every byte at once",
          "sysctl -w vm.overcommit_memory=0");
      default -> Check.ok("overcommit", "vm.overcommit_memory is " + support.overcommitMemory().get());
    };
  }

  private static Check addressSpace(NativeSupport support) {
    String limit = support.addressSpaceLimit().orElse("unlimited");
    return limit.equals("unlimited") ? Check.ok("address space", "unlimited")
        : Check.warn("address space", "limited to " + limit + " bytes", "ulimit -v unlimited");
  }

  private static Check cacheFolder() {
    String folder = System.getProperty("skerry.cache", "");
    return folder.isEmpty()
        ? Check.warn("cache folder", "none", "starts are slower: let XDG_CACHE_HOME name a folder of your own")
        : Check.ok("cache folder", folder);
  }

  private static Check codeCache() {
    Path folder = CodeCacheChoice.usualFolder();
    return folder == null ? Check.warn("code cache", "none",
        "code is compiled anew in each run: let XDG_CACHE_HOME and XDG_STATE_HOME name folders of your own")
        : Check.ok("code cache", folder + ", authenticated with " + CodeCache.usualKey());
  }

  private static Check archive(List<String> options) {
    String archive = System.getProperty("skerry.archive", "");
    boolean asked = options.stream().anyMatch(option -> option.startsWith("-XX:SharedArchiveFile="));
    // The JVM says "sharing" where an archive is mapped.
    boolean sharing = System.getProperty("java.vm.info", "").contains("sharing");
    if (asked && sharing) {
      return Check.ok("class archive", "in use: " + archive);
    }
    if (archive.isEmpty()) {
      return Check.warn("class archive", "none", "starts are slower: it needs the cache folder");
    }
    return asked ? Check.warn("class archive", "refused by this Java: " + archive, "delete it, and it is made anew")
        : Check.ok("class archive", "being made for the next start: " + archive);
  }

  private static Check temporaryFolder() {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    if (!Files.isWritable(folder)) {
      return Check.warn("temporary folder", folder + " cannot be written", "let TMPDIR name a folder that can");
    }
    return isNoexec(folder)
        ? Check.warn("temporary folder", folder + " is mounted noexec: no native library can be unpacked there",
            "skerry unpacks its own beside its jars; only an embedding program needs another TMPDIR")
        : Check.ok("temporary folder", folder + " is writable and executable");
  }

  private static boolean isNoexec(Path folder) {
    Path real;
    try {
      real = folder.toRealPath();
    } catch (IOException error) {
      return false;
    }
    int longest = -1;
    boolean noexec = false;
    for (String mount : lines("/proc/self/mounts")) {
      String[] fields = mount.split(" ");
      Path point = Path.of(fields[1]);
      if (real.startsWith(point) && point.getNameCount() >= longest) {
        longest = point.getNameCount();
        noexec = Arrays.asList(fields[3].split(",")).contains("noexec");
      }
    }
    return noexec;
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file), StandardCharsets.ISO_8859_1);
    } catch (IOException error) {
      return List.of();
    }
  }
}
