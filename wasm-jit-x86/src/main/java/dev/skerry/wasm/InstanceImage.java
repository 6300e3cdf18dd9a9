package dev.skerry.wasm;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ImportType;
import dev.skerry.wasm.runtime.ModuleImage;

/**
 * What an instance of a module is like after its start function: memories, globals, tables, and which segments are
 * gone. An instance that begins with it is the same to the bit as one that was instantiated the plain way, sooner: its
 * memories show the image's pages until they are written, and no start function runs.
 *
 * <p>Only modules that begin the same each time have an image: they import nothing but functions, and the start
 * function calls none of those. Immutable, for any number of stores and threads; close it when no instance will begin
 * with it any more.
 */
public final class InstanceImage implements AutoCloseable {

  private final Module module;
  private final ModuleImage contents;

  private InstanceImage(Module module, ModuleImage contents) {
    this.module = module;
    this.contents = contents;
  }

  /** Why a module has no image, from its start function. */
  private static final class Unpredictable extends RuntimeException {

    private static final long serialVersionUID = 1;

    Unpredictable(ImportType called) {
      super("the start function calls \"" + called.module() + "\" \"" + called.name() + "\"", null, false, false);
    }
  }

  /**
   * Instantiates a module once, apart from all other stores, and keeps what came of it.
   *
   * @throws LinkError naming what makes the module begin differently each time, or the limit that is reached
   * @throws Trap when an active segment or the start function traps
   * @throws WasmException when the start function throws an exception that it does not catch
   */
  public static InstanceImage of(Engine engine, Module module) throws LinkError {
    try (Store store = engine.newStore()) {
      Linker linker = new Linker(store);
      for (ImportType wanted : module.imports()) {
        if (!(wanted.type() instanceof FuncType type)) {
          throw new LinkError("a module that imports \"" + wanted.module() + "\" \"" + wanted.name()
              + "\" has no image: what that holds is another's");
        }
        linker.define(wanted.module(), wanted.name(), type, (caller, slots) -> {
          throw new Unpredictable(wanted);
        });
      }
      return new InstanceImage(module, linker.image(module));
    } catch (Unpredictable called) {
      throw new LinkError("the module has no image: " + called.getMessage());
    }
  }

  /** The module whose instances may begin so. */
  public Module module() {
    return module;
  }

  ModuleImage contents() {
    return contents;
  }

  /** Bytes of memories and tables that the image holds outside the Java heap, but for zeroes at their ends. */
  public long byteLength() {
    return contents.byteLength();
  }

  @Override
  public void close() {
    contents.close();
  }
}
