package dev.skerry.security;

import com.sun.management.ThreadMXBean;
import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.StoreLimits;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Modules of some forty bytes that declare 2^32 of everything that can be counted (CVE-2026-27204, CVE-2026-27572). The
 * control lifts the store's limit, and the memory that was declared is there.
 */
final class DeclaredSizes implements Attack {

  private static final String HEADER = "0061736d01000000";
  private static final String HUGE = "ffffffff0f";
  private static final long LIMIT_BYTES = 16L << 20;
  private static final long HEAP_GOAL = 64L << 20;
  /** Sections by what they declare: section number, then contents in hexadecimal. */
  private static final Map<String, String> DECLARATIONS = new LinkedHashMap<>();

  static {
    DECLARATIONS.put("types", "01" + HUGE);
    DECLARATIONS.put("parameters", "0101" + "60" + HUGE);
    DECLARATIONS.put("imports", "02" + HUGE);
    DECLARATIONS.put("a name", "0201" + HUGE);
    DECLARATIONS.put("functions", "03" + HUGE);
    DECLARATIONS.put("tables", "04" + HUGE);
    DECLARATIONS.put("elements of a table", "0401" + "7000" + HUGE);
    DECLARATIONS.put("elements of a table, at most as many", "0401" + "7001" + HUGE + HUGE);
    DECLARATIONS.put("memories", "05" + HUGE);
    DECLARATIONS.put("pages", "0501" + "00" + "808004");
    DECLARATIONS.put("pages of a wide memory", "0501" + "04" + "80808080808040");
    DECLARATIONS.put("tags", "0d" + HUGE);
    DECLARATIONS.put("globals", "06" + HUGE);
    DECLARATIONS.put("exports", "07" + HUGE);
    DECLARATIONS.put("element segments", "09" + HUGE);
    DECLARATIONS.put("functions of a segment", "0901" + "01" + "00" + HUGE);
    DECLARATIONS.put("a data count", "0c" + HUGE);
    DECLARATIONS.put("data segments", "0b" + HUGE);
    DECLARATIONS.put("bytes of a segment", "0b01" + "01" + HUGE);
    DECLARATIONS.put("bodies", "0a" + HUGE);
    DECLARATIONS.put("a custom section's name", "00" + HUGE);
  }

  @Override
  public Card card() {
    return new Card("declared-sizes", Target.ENGINE,
        "have the host set aside gigabytes for a module of forty bytes",
        Invariant.A_GUEST_ENDS_ONLY_ITSELF,
        "that nothing is set aside for what is only declared, and limits on what is", AttackClass.DECLARED_SIZES);
  }

  @Override
  public Outcome run(Setting setting) {
    Engine engine = setting.newEngine();
    StoreLimits limits = setting.isUp() ? StoreLimits.DEFAULT.withMemoryBytes(LIMIT_BYTES)
        : StoreLimits.DEFAULT.withMemoryBytes(1L << 40);
    List<String> taken = new ArrayList<>();
    int refused = 0;
    for (Map.Entry<String, byte[]> module : modules().entrySet()) {
      long before = allocated();
      long memory = 0;
      try (Store store = engine.newStore(limits)) {
        new Linker(store).instantiate(Module.compile(engine, module.getValue()));
        memory = store.memoryBytes();
      } catch (CompileError | LinkError refusal) {
        refused++;
      }
      long heap = allocated() - before;
      if (memory > LIMIT_BYTES || heap > HEAP_GOAL) {
        taken.add(module.getKey() + " took " + memory + " bytes of memory and " + heap + " of the heap");
      }
    }
    return new Outcome(!taken.isEmpty(), taken.isEmpty() ? refused + " declarations were refused"
        : String.join(", ", taken));
  }

  private static Map<String, byte[]> modules() {
    Map<String, byte[]> modules = new LinkedHashMap<>();
    DECLARATIONS.forEach((what, section) -> {
      byte[] bytes = HexFormat.of().parseHex(section);
      ByteArrayOutputStream module = new ByteArrayOutputStream();
      module.writeBytes(HexFormat.of().parseHex(HEADER));
      module.write(bytes[0]);
      module.write(bytes.length - 1);
      module.write(bytes, 1, bytes.length - 1);
      modules.put(what, module.toByteArray());
    });
    modules.put("locals", withBody("01" + HUGE + "7f" + "0b"));
    modules.put("locals, fifty thousand at a time", withBody("05" + "d086037f".repeat(5) + "0b"));
    modules.put("targets of a br_table", withBody("00" + "41000e" + HUGE + "000b"));
    return modules;
  }

  private static byte[] withBody(String body) {
    byte[] bytes = HexFormat.of().parseHex(body);
    ByteArrayOutputStream module = new ByteArrayOutputStream();
    module.writeBytes(HexFormat.of().parseHex(HEADER + "010401600000" + "03020100"));
    module.write(0x0a);
    module.write(bytes.length + 2);
    module.write(1);
    module.write(bytes.length);
    module.writeBytes(bytes);
    return module.toByteArray();
  }

  /** Bytes that this thread has ever taken of the heap. */
  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
