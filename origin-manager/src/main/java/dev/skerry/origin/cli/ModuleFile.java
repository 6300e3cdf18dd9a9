package dev.skerry.origin.cli;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileOptions;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Module;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;

/**
 * A module in a file, a pipe or standard input, read to its end and compiled; every way in which that can fail is one
 * sentence with the file's name.
 */
final class ModuleFile {

  private static final byte[] MAGIC = {0, 'a', 's', 'm'};

  static final String STANDARD_INPUT = "-";

  private ModuleFile() {
  }

  /** What people call it. */
  static String name(String file) {
    return file.equals(STANDARD_INPUT) ? "standard input" : file;
  }

  /** @param standardInput what a file of the name - is */
  static Module compile(Engine engine, String file, InputStream standardInput) {
    if (file.equals(STANDARD_INPUT)) {
      return compile(engine, standardInput, 0, name(file));
    }
    requireFile(file);
    try (InputStream in = new FileInputStream(file)) {
      return compile(engine, in, new File(file).length(), file);
    } catch (IOException error) {
      throw unreadable(file, error);
    }
  }

  private static CommandFailure unreadable(String name, IOException error) {
    String reason = String.valueOf(error.getMessage());
    String own = name + " (";
    // What opening a file fails with begins with the name.
    return new CommandFailure(ExitCode.FAILED, name + " cannot be read: " + (reason.startsWith(own)
        ? reason.substring(own.length(), reason.length() - 1) : reason) + ".", error);
  }

  private static Module compile(Engine engine, InputStream in, long length, String name) {
    try {
      byte[] start = new byte[MAGIC.length];
      // Not the other method of that name, which asks a file where it is: a pipe does not know.
      byte[] magic = Arrays.copyOf(start, in.readNBytes(start, 0, start.length));
      // The rest of a file that is something else is not worth its memory.
      if (!Arrays.equals(magic, MAGIC)) {
        throw new CommandFailure(ExitCode.FAILED, name + whatElse(magic));
      }
      InputStream all = new SequenceInputStream(new ByteArrayInputStream(magic), in);
      return Module.compile(engine, all, length, CompileOptions.DEFAULT);
    } catch (IOException error) {
      throw unreadable(name, error);
    } catch (OutOfMemoryError error) {
      throw new CommandFailure(ExitCode.FAILED, name + " is too large for Java's heap: give it more with "
          + "SKERRY_JAVA_OPTS=-Xmx2g.", error);
    } catch (CompileError error) {
      throw new CommandFailure(ExitCode.FAILED, name + switch (error.kind()) {
        case MALFORMED -> " is damaged: ";
        case INVALID -> " is not a valid module: ";
        case LIMIT -> " is over a limit: ";
        case UNSUPPORTED -> " needs a feature that is not here yet: ";
      } + error.getMessage() + ".", error);
    }
  }

  private static void requireFile(String name) {
    File file = new File(name);
    if (file.isDirectory()) {
      throw new CommandFailure(ExitCode.USAGE, name + " is a folder: name a .wasm file.");
    }
    if (!file.exists()) {
      throw new CommandFailure(ExitCode.USAGE, "there is no file " + (name.isBlank() ? "'" + name + "'" : name) + ".");
    }
  }

  private static String whatElse(byte[] start) {
    if (start.length == 0) {
      return " is empty: a WebAssembly module begins with the four bytes 00 61 73 6d.";
    }
    if (start[0] == '(') {
      return " is WebAssembly text: translate it first, for example with wat2wasm.";
    }
    StringBuilder hex = new StringBuilder(" is not a WebAssembly module: it begins with");
    for (byte b : start) {
      hex.append(' ').append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
    }
    String end = start.length < MAGIC.length ? " and ends there" : "";
    return hex.append(end).append(", not with 00 61 73 6d.").toString();
  }
}
