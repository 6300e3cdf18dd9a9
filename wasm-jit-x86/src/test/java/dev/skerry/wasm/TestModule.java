package dev.skerry.wasm;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes small binary modules for tests. Bodies are lists of instructions in the flat text form, numbers as immediates,
 * separated by {@code ;} or line ends: {@code "local.get 0; i32.const -1; i32.add"}. Imports come first.
 */
public final class TestModule {

  private static final Map<String, Opcode> OPCODES = new HashMap<>();

  static {
    for (Opcode opcode : Opcode.values()) {
      OPCODES.putIfAbsent(opcode.mnemonic, opcode);
    }
  }

  private final List<FuncType> types = new ArrayList<>();
  private final List<byte[]> imports = new ArrayList<>();
  private final List<Integer> functions = new ArrayList<>();
  private final List<byte[]> bodies = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();
  private final List<byte[]> tables = new ArrayList<>();
  private final List<byte[]> memories = new ArrayList<>();
  private final List<byte[]> tags = new ArrayList<>();
  private final List<byte[]> globals = new ArrayList<>();
  private final List<byte[]> exports = new ArrayList<>();
  private final List<byte[]> elements = new ArrayList<>();
  private final List<byte[]> data = new ArrayList<>();
  private final List<byte[]> names = new ArrayList<>();
  private String moduleName;
  private int importedFunctions;
  private int start = -1;

  /** The index of a type, added if it is new. */
  public int type(String shortForm) {
    FuncType type = FuncType.of(shortForm);
    if (!types.contains(type)) {
      types.add(type);
    }
    return types.indexOf(type);
  }

  public TestModule importFunc(String module, String name, String type) {
    imports.add(join(string(module), string(name), bytes(0), unsigned(type(type))));
    importedFunctions++;
    return this;
  }

  public TestModule importMemory(String module, String name, int min, int max) {
    imports.add(join(string(module), string(name), bytes(2), limits(min, max)));
    return this;
  }

  public TestModule importMemory64(String module, String name, int min, int max) {
    imports.add(join(string(module), string(name), bytes(2), limits64(min, max)));
    return this;
  }

  public TestModule importTable(String module, String name, ValType element, int min, int max) {
    imports.add(join(string(module), string(name), bytes(1, element.code()), limits(min, max)));
    return this;
  }

  public TestModule importGlobal(String module, String name, ValType type, boolean mutable) {
    imports.add(join(string(module), string(name), bytes(3, type.code(), mutable ? 1 : 0)));
    return this;
  }

  /** A memory; {@code max} is negative for none. */
  public TestModule memory(int min, int max) {
    memories.add(limits(min, max));
    return this;
  }

  /** A memory with 64-bit addresses; {@code max} is negative for none. */
  public TestModule memory64(int min, int max) {
    memories.add(limits64(min, max));
    return this;
  }

  /** A memory that several stores may use at once. */
  public TestModule sharedMemory(int min, int max) {
    memories.add(shared(min, max));
    return this;
  }

  public TestModule importSharedMemory(String module, String name, int min, int max) {
    imports.add(join(string(module), string(name), bytes(2), shared(min, max)));
    return this;
  }

  public TestModule table64(ValType element, int min, int max) {
    tables.add(join(bytes(element.code()), limits64(min, max)));
    return this;
  }

  public TestModule table(ValType element, int min, int max) {
    tables.add(join(bytes(element.code()), limits(min, max)));
    return this;
  }

  /** A tag of exceptions, with a type without results. */
  public TestModule tag(String type) {
    tags.add(join(bytes(0), unsigned(type(type))));
    return this;
  }

  public TestModule global(ValType type, boolean mutable, String init) {
    globals.add(join(bytes(type.code(), mutable ? 1 : 0), code(init)));
    return this;
  }

  /** A function without declared locals, exported under that name. */
  public TestModule func(String name, String type, String body) {
    return func(name, type, "", body);
  }

  /** @param locals names of the declared locals' types */
  public TestModule func(String name, String type, String locals, String body) {
    int index = importedFunctions + functions.size();
    functions.add(type(type));
    List<ValType> declared = FuncType.of(locals + " -> ").params();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(unsigned(declared.size()));
    declared.forEach(local -> out.writeBytes(bytes(1, local.code())));
    out.writeBytes(code(body));
    bodies.add(sized(out.toByteArray()));
    texts.add("function " + index + " " + name + " " + type + ", locals " + locals + "\n" + body);
    return name == null ? this : export(name, 0, index);
  }

  /** @param kind 0 function, 1 table, 2 memory, 3 global */
  public TestModule export(String name, int kind, int index) {
    exports.add(join(string(name), bytes(kind), unsigned(index)));
    return this;
  }

  public TestModule start(int function) {
    start = function;
    return this;
  }

  /** An active segment of table 0. */
  public TestModule elements(String offset, int... indices) {
    elements.add(join(bytes(0), code(offset), vector(Arrays.stream(indices).mapToObj(TestModule::unsigned).toList())));
    return this;
  }

  public TestModule passiveElements(int... indices) {
    elements.add(join(bytes(1, 0), vector(Arrays.stream(indices).mapToObj(TestModule::unsigned).toList())));
    return this;
  }

  /** An active segment of memory 0. */
  public TestModule data(String offset, byte[] content) {
    data.add(join(bytes(0), code(offset), unsigned(content.length), content));
    return this;
  }

  public TestModule passiveData(byte[] content) {
    data.add(join(bytes(1), unsigned(content.length), content));
    return this;
  }

  /** Names a function in the name section. */
  public TestModule name(int function, String name) {
    names.add(join(unsigned(function), string(name)));
    return this;
  }

  public TestModule name(String module) {
    moduleName = module;
    return this;
  }

  /** The text of the functions' bodies, for messages. */
  public String text() {
    return String.join("\n", texts);
  }

  public byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    section(out, 1, types.stream().map(TestModule::functionType).toList());
    section(out, 2, imports);
    section(out, 3, functions.stream().map(TestModule::unsigned).toList());
    section(out, 4, tables);
    section(out, 5, memories);
    section(out, 13, tags);
    section(out, 6, globals);
    section(out, 7, exports);
    if (start >= 0) {
      out.write(8);
      out.writeBytes(sized(unsigned(start)));
    }
    section(out, 9, elements);
    if (!data.isEmpty()) {
      out.write(12);
      out.writeBytes(sized(unsigned(data.size())));
    }
    section(out, 10, bodies);
    section(out, 11, data);
    if (moduleName != null || !names.isEmpty()) {
      byte[] module = moduleName == null ? new byte[0] : join(bytes(0), sized(string(moduleName)));
      out.write(0);
      out.writeBytes(sized(join(string("name"), module, bytes(1), sized(vector(names)))));
    }
    return out.toByteArray();
  }

  public Module compile(Engine engine) {
    try {
      return Module.compile(engine, bytes());
    } catch (CompileError e) {
      throw new AssertionError(e);
    }
  }

  /** Instantiates with no imports. */
  public Instance instantiate(Store store) {
    return instantiate(new Linker(store), store);
  }

  public Instance instantiate(Linker linker, Store store) {
    try {
      return linker.instantiate(compile(store.engine()));
    } catch (LinkError e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] functionType(FuncType type) {
    return join(bytes(0x60), valueTypes(type.params()), valueTypes(type.results()));
  }

  private static byte[] valueTypes(List<ValType> types) {
    return vector(types.stream().map(type -> bytes(type.code())).toList());
  }

  private static void section(ByteArrayOutputStream out, int id, List<byte[]> items) {
    if (!items.isEmpty()) {
      out.write(id);
      out.writeBytes(sized(vector(items)));
    }
  }

  /** An expression with its final {@code end}. */
  private byte[] code(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String line : text.split("[;\n]")) {
      if (!line.isBlank()) {
        out.writeBytes(instruction(line.trim().split("\\s+")));
      }
    }
    out.write(Opcode.END.code);
    return out.toByteArray();
  }

  private byte[] instruction(String[] words) {
    Opcode opcode = words[0].equals("select") && words.length > 1 ? Opcode.SELECT_T : OPCODES.get(words[0]);
    if (opcode == null) {
      throw new IllegalArgumentException("no instruction " + words[0]);
    }
    boolean vector = opcode.code >>> 12 == Opcode.PREFIX_FD;
    byte[] head = opcode.code < 0x100 ? bytes(opcode.code)
        : vector ? join(bytes(Opcode.PREFIX_FD), unsigned(opcode.code & 0xfff))
        : join(bytes(opcode.code >> 8), unsigned(opcode.code & 0xff));
    return join(head, immediates(opcode, words));
  }

  private byte[] immediates(Opcode opcode, String[] words) {
    return switch (opcode.immediate) {
      case NONE -> new byte[0];
      case BLOCK -> words.length == 1 ? bytes(0x40)
          : words[1].matches("\\d+") ? signed(Long.parseLong(words[1])) : bytes(valueType(words[1]));
      case I32, I64 -> signed(Long.decode(words[1]));
      case F32 -> little(Float.floatToRawIntBits(Float.parseFloat(words[1])), 4);
      case F64 -> little(Double.doubleToRawLongBits(Double.parseDouble(words[1])), 8);
      case REF_TYPE -> bytes(valueType(words[1] + "ref"));
      case MEMARG -> memoryAddress(words);
      case MEMARG_LANE -> join(memoryAddress(words), bytes(number(words, 3)));
      case TRY_TABLE -> {
        // A block type, then a clause each: kind, tag (left out where the kind has none), label.
        byte[] all = join(signed(Long.parseLong(words[1])), unsigned(words.length - 2));
        for (String clause : List.of(words).subList(2, words.length)) {
          for (String number : clause.split(",")) {
            all = join(all, unsigned(Long.parseLong(number)));
          }
        }
        yield all;
      }
      case V128 -> join(little(Long.parseLong(words[1]), 8), little(Long.parseLong(words[2]), 8));
      case SHUFFLE -> {
        byte[] lanes = new byte[16];
        for (int i = 0; i < lanes.length; i++) {
          lanes[i] = (byte) number(words, 1 + i);
        }
        yield lanes;
      }
      case ATOMIC -> join(bytes(Integer.numberOfTrailingZeros(opcode.accessBytes())),
          unsigned(words.length > 1 ? Long.parseUnsignedLong(words[1]) : 0));
      case FENCE -> bytes(0);
      case LABELS -> {
        byte[] labels = unsigned(words.length - 2);
        for (int i = 1; i < words.length; i++) {
          labels = join(labels, unsigned(Long.parseLong(words[i])));
        }
        yield labels;
      }
      case CALL_INDIRECT -> {
        // A type, and behind it the table if it is not the first: "call_indirect i32 -> i32 @1".
        boolean named = words[words.length - 1].startsWith("@");
        String type = String.join(" ", List.of(words).subList(1, words.length - (named ? 1 : 0)));
        yield join(unsigned(type(type)), bytes(named ? Integer.parseInt(words[words.length - 1].substring(1)) : 0));
      }
      case SELECT -> join(bytes(1), bytes(valueType(words[1])));
      case MEMORY_MEMORY, TABLE_TABLE -> bytes(number(words, 1), number(words, 2));
      case DATA_MEMORY, ELEM_TABLE -> bytes(number(words, 1), number(words, 2));
      default -> unsigned(number(words, 1));
    };
  }

  /** Offset and memory index; the alignment, which means nothing, is 1. */
  private static byte[] memoryAddress(String[] words) {
    byte[] offset = unsigned(words.length > 1 ? Long.parseUnsignedLong(words[1]) : 0);
    int memory = number(words, 2);
    return memory == 0 ? join(bytes(0), offset) : join(bytes(0x40), unsigned(memory), offset);
  }

  private static int number(String[] words, int at) {
    return at < words.length ? Integer.parseInt(words[at]) : 0;
  }

  private static int valueType(String name) {
    return FuncType.of(name + " -> ").params().get(0).code();
  }

  private static byte[] limits(int min, int max) {
    return max < 0 ? join(bytes(0), unsigned(min)) : join(bytes(1), unsigned(min), unsigned(max));
  }

  private static byte[] limits64(int min, int max) {
    byte[] limits = limits(min, max);
    limits[0] |= 4;
    return limits;
  }

  private static byte[] shared(int min, int max) {
    byte[] limits = limits(min, max);
    limits[0] |= 2;
    return limits;
  }

  private static byte[] vector(List<byte[]> items) {
    return join(unsigned(items.size()), join(items.toArray(byte[][]::new)));
  }

  private static byte[] sized(byte[] content) {
    return join(unsigned(content.length), content);
  }

  private static byte[] string(String text) {
    return sized(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] bytes(int... values) {
    byte[] result = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (byte) values[i];
    }
    return result;
  }

  private static byte[] little(long value, int length) {
    byte[] result = new byte[length];
    for (int i = 0; i < length; i++) {
      result[i] = (byte) (value >>> 8 * i);
    }
    return result;
  }

  private static byte[] unsigned(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long rest = value;
    while (rest >>> 7 != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  private static byte[] signed(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long rest = value;
    while (rest < -64 || rest > 63) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>= 7;
    }
    out.write((int) (rest & 0x7f));
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
