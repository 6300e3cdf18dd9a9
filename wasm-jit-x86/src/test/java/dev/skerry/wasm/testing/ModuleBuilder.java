package dev.skerry.wasm.testing;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes binary modules for tests. Types are given in the short form of {@link FuncType#of} and share entries of the
 * type section; imports come before own definitions of the same kind. Nothing is checked, so that tests can write
 * invalid modules too.
 */
public final class ModuleBuilder {

  private static final int CUSTOM = 0;

  private final List<FuncType> types = new ArrayList<>();
  private final List<ByteWriter> imports = new ArrayList<>();
  private final List<Integer> functions = new ArrayList<>();
  private final List<ByteWriter> tables = new ArrayList<>();
  private final List<ByteWriter> memories = new ArrayList<>();
  private final List<ByteWriter> globals = new ArrayList<>();
  private final List<ByteWriter> exports = new ArrayList<>();
  private final List<ByteWriter> elements = new ArrayList<>();
  private final List<ByteWriter> bodies = new ArrayList<>();
  private final List<ByteWriter> data = new ArrayList<>();
  private final List<ByteWriter> customs = new ArrayList<>();
  private int importedFunctions;
  private int start = -1;
  private boolean dataCount = true;

  /** The index of a type, which is added where it is new. */
  public int type(String shortForm) {
    FuncType type = FuncType.of(shortForm);
    if (!types.contains(type)) {
      types.add(type);
    }
    return types.indexOf(type);
  }

  public ModuleBuilder importFunction(String module, String name, String type) {
    imports.add(new ByteWriter().name(module).name(name).bytes(0).unsigned(type(type)));
    importedFunctions++;
    return this;
  }

  public ModuleBuilder importGlobal(String module, String name, ValType type, boolean mutable) {
    imports.add(new ByteWriter().name(module).name(name).bytes(3).type(type).bytes(mutable ? 1 : 0));
    return this;
  }

  public ModuleBuilder importMemory(String module, String name, long min, long max) {
    imports.add(limits(new ByteWriter().name(module).name(name).bytes(2), min, max));
    return this;
  }

  public ModuleBuilder importTable(String module, String name, ValType type, long min, long max) {
    imports.add(limits(new ByteWriter().name(module).name(name).bytes(1).type(type), min, max));
    return this;
  }

  /** A memory with limits in pages; a negative upper limit stands for none. */
  public ModuleBuilder memory(long min, long max) {
    memories.add(limits(new ByteWriter(), min, max));
    return this;
  }

  /** A table with limits in elements; a negative upper limit stands for none. */
  public ModuleBuilder table(ValType type, long min, long max) {
    tables.add(limits(new ByteWriter().type(type), min, max));
    return this;
  }

  /** A table whose elements start as the value of a constant expression. */
  public ModuleBuilder table(ValType type, long min, Consumer<Code> initial) {
    tables.add(limits(new ByteWriter().bytes(0x40, 0).type(type), min, -1).bytes(expression(initial)));
    return this;
  }

  private static ByteWriter limits(ByteWriter to, long min, long max) {
    return max < 0 ? to.bytes(0).unsigned(min) : to.bytes(1).unsigned(min).unsigned(max);
  }

  public ModuleBuilder global(ValType type, boolean mutable, Consumer<Code> initial) {
    globals.add(new ByteWriter().type(type).bytes(mutable ? 1 : 0).bytes(expression(initial)));
    return this;
  }

  /** A function that is exported under its name; see {@link #local} for the parts. */
  public ModuleBuilder function(String name, String type, Consumer<Code> code) {
    return function(name, type, List.of(), code);
  }

  /** A function with locals that is exported under its name. */
  public ModuleBuilder function(String name, String type, List<ValType> locals, Consumer<Code> code) {
    export(name, 0, importedFunctions + functions.size());
    return local(type, locals, code);
  }

  /** A function that is not exported. */
  public ModuleBuilder local(String type, List<ValType> locals, Consumer<Code> code) {
    functions.add(type(type));
    ByteWriter body = new ByteWriter().unsigned(locals.size());
    locals.forEach(local -> body.bytes(1).type(local));
    bodies.add(body.bytes(expression(code)));
    return this;
  }

  /** A function whose body, local declarations and final {@code end} included, are the given bytes. */
  public ModuleBuilder rawFunction(String type, int... body) {
    functions.add(type(type));
    bodies.add(new ByteWriter().bytes(body));
    return this;
  }

  /** An export; kinds are 0 function, 1 table, 2 memory, 3 global. */
  public ModuleBuilder export(String name, int kind, int index) {
    exports.add(new ByteWriter().name(name).bytes(kind).unsigned(index));
    return this;
  }

  public ModuleBuilder start(int function) {
    start = function;
    return this;
  }

  /** An active element segment for table 0. */
  public ModuleBuilder elements(int offset, int... indices) {
    ByteWriter segment = new ByteWriter().bytes(0).bytes(expression(code -> code.i32(offset)));
    elements.add(indices(segment, indices));
    return this;
  }

  public ModuleBuilder passiveElements(int... indices) {
    elements.add(indices(new ByteWriter().bytes(1, 0), indices));
    return this;
  }

  /** A declarative segment: {@code ref.func} may name its functions. */
  public ModuleBuilder declare(int... indices) {
    elements.add(indices(new ByteWriter().bytes(3, 0), indices));
    return this;
  }

  /** A passive segment of constant expressions. */
  public ModuleBuilder passiveElements(ValType type, List<Consumer<Code>> initial) {
    ByteWriter segment = new ByteWriter().bytes(5).type(type).unsigned(initial.size());
    initial.forEach(one -> segment.bytes(expression(one)));
    elements.add(segment);
    return this;
  }

  private static ByteWriter indices(ByteWriter to, int... indices) {
    to.unsigned(indices.length);
    Arrays.stream(indices).forEach(to::unsigned);
    return to;
  }

  /** An active data segment for memory 0. */
  public ModuleBuilder data(int offset, byte[] bytes) {
    byte[] at = expression(code -> code.i32(offset));
    data.add(new ByteWriter().bytes(0).bytes(at).unsigned(bytes.length).bytes(bytes));
    return this;
  }

  public ModuleBuilder passiveData(byte[] bytes) {
    data.add(new ByteWriter().bytes(1).unsigned(bytes.length).bytes(bytes));
    return this;
  }

  public ModuleBuilder withoutDataCount() {
    dataCount = false;
    return this;
  }

  /** A custom section, written behind all others. */
  public ModuleBuilder custom(String name, byte[] contents) {
    customs.add(new ByteWriter().name(name).bytes(contents));
    return this;
  }

  /** A name section that names the module and, from index 0 on, functions. */
  public ModuleBuilder names(String module, String... functionNames) {
    byte[] moduleName = new ByteWriter().name(module).toByteArray();
    ByteWriter map = new ByteWriter().unsigned(functionNames.length);
    for (int i = 0; i < functionNames.length; i++) {
      map.unsigned(i).name(functionNames[i]);
    }
    byte[] names = map.toByteArray();
    return custom("name", new ByteWriter()
        .bytes(0).unsigned(moduleName.length).bytes(moduleName)
        .bytes(1).unsigned(names.length).bytes(names).toByteArray());
  }

  private static byte[] expression(Consumer<Code> code) {
    Code written = new Code();
    code.accept(written);
    return written.op(Opcode.END).bytes();
  }

  /** The module's bytes. */
  public byte[] build() {
    ByteWriter module = new ByteWriter().fixed(0x6d736100, 4).fixed(1, 4);
    section(module, 1, types.stream().map(ModuleBuilder::functionType).toList());
    section(module, 2, imports);
    section(module, 3, functions.stream().map(type -> new ByteWriter().unsigned(type)).toList());
    section(module, 4, tables);
    section(module, 5, memories);
    section(module, 6, globals);
    section(module, 7, exports);
    if (start >= 0) {
      section(module, 8, new ByteWriter().unsigned(start).toByteArray());
    }
    section(module, 9, elements);
    if (dataCount && !data.isEmpty()) {
      section(module, 12, new ByteWriter().unsigned(data.size()).toByteArray());
    }
    section(module, 10, bodies.stream()
        .map(body -> new ByteWriter().unsigned(body.toByteArray().length).bytes(body.toByteArray())).toList());
    section(module, 11, data);
    customs.forEach(custom -> section(module, CUSTOM, custom.toByteArray()));
    return module.toByteArray();
  }

  private static ByteWriter functionType(FuncType type) {
    ByteWriter out = new ByteWriter().bytes(0x60).unsigned(type.params().size());
    type.params().forEach(out::type);
    out.unsigned(type.results().size());
    type.results().forEach(out::type);
    return out;
  }

  private static void section(ByteWriter module, int id, List<ByteWriter> entries) {
    if (!entries.isEmpty()) {
      ByteWriter contents = new ByteWriter().unsigned(entries.size());
      entries.forEach(entry -> contents.bytes(entry.toByteArray()));
      section(module, id, contents.toByteArray());
    }
  }

  private static void section(ByteWriter module, int id, byte[] contents) {
    module.bytes(id).unsigned(contents.length).bytes(contents);
  }
}
