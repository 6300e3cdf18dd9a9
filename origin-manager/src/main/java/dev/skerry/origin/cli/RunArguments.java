package dev.skerry.origin.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of {@code run}'s options, read and checked. */
final class RunArguments {

  private RunArguments() {
  }

  /** {@code HOST::GUEST}, or {@code HOST} for the same name on both sides; the keys are guest paths, in their order. */
  static Map<String, Path> preopens(List<String> folders) {
    if (folders.isEmpty()) {
      return Map.of();
    }
    Map<String, Path> preopens = new LinkedHashMap<>();
    for (String folder : folders) {
      int split = folder.indexOf("::");
      String host = split < 0 ? folder : folder.substring(0, split);
      String guest = split < 0 ? folder : folder.substring(split + 2);
      if (host.isEmpty() || guest.isEmpty()) {
        throw new CommandFailure(ExitCode.USAGE, "--dir takes HOST::GUEST, not '" + folder + "'.");
      }
      try {
        Path path = Path.of(host);
        if (!Files.isDirectory(path)) {
          throw new CommandFailure(ExitCode.USAGE, "--dir names " + host + ", which is no folder.");
        }
        preopens.put(guest, path);
      } catch (InvalidPathException error) {
        throw new CommandFailure(ExitCode.USAGE, "--dir names " + host + ", which is no path.", error);
      }
    }
    return preopens;
  }

  /** {@code NAME=VALUE}, or {@code NAME} for the value it has here. */
  static Map<String, String> environment(List<String> variables) {
    if (variables.isEmpty()) {
      return Map.of();
    }
    Map<String, String> environment = new LinkedHashMap<>();
    for (String variable : variables) {
      int split = variable.indexOf('=');
      String name = split < 0 ? variable : variable.substring(0, split);
      String value = split < 0 ? System.getenv(name) : variable.substring(split + 1);
      if (name.isEmpty()) {
        throw new CommandFailure(ExitCode.USAGE, "--env takes NAME=VALUE, not '" + variable + "'.");
      }
      if (value == null) {
        throw new CommandFailure(ExitCode.USAGE, "--env names " + name + ", which is not set here: give it a value ("
            + name + "=VALUE).");
      }
      environment.put(name, value);
    }
    return environment;
  }

  /** A number of bytes, or of units of 1024 with K, M or G. */
  static long bytes(String option, String text) {
    int shift = text.isEmpty() ? 0 : switch (Character.toUpperCase(text.charAt(text.length() - 1))) {
      case 'K' -> 10;
      case 'M' -> 20;
      case 'G' -> 30;
      default -> 0;
    };
    try {
      long number = Long.parseLong(shift == 0 ? text : text.substring(0, text.length() - 1));
      if (number >= 0 && number <= Long.MAX_VALUE >> shift) {
        return number << shift;
      }
    } catch (NumberFormatException error) {
      // The sentence below says it.
    }
    throw new CommandFailure(ExitCode.USAGE, option + " takes a size such as 65536, 512K, 64M or 1G, not '" + text
        + "'.");
  }
}
