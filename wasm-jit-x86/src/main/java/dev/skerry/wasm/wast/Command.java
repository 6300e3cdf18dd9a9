package dev.skerry.wasm.wast;

import java.util.List;
import java.util.Map;

/**
 * One command of a script.
 *
 * @param attributes all fields that are strings: {@code filename}, {@code text}, {@code name} and so on
 * @param action null where the command has none
 * @param expected the results that the command expects
 * @param commands those of a thread
 */
record Command(String type, int line, Map<String, String> attributes, Action action, List<WastValue> expected,
    List<Command> commands) {

  /**
   * What a command does with an instance.
   *
   * @param type {@code invoke} or {@code get}
   * @param module the instance's name in the script, or null for the current one
   * @param field the export's name
   */
  record Action(String type, String module, String field, List<WastValue> args) {
  }

  String attribute(String name) {
    return attributes.get(name);
  }

  /** The binary file of a module command; null where there is only a text. */
  String binaryFile() {
    String assembled = attribute("binary_filename");
    return assembled != null || "text".equals(attribute("module_type")) ? assembled : attribute("filename");
  }
}
