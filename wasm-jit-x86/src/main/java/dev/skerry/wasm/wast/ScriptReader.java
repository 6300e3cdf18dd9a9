package dev.skerry.wasm.wast;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the commands of a script in the {@code json-from-wast} schema, one at a time. Fields it doesn't know pass. */
final class ScriptReader implements AutoCloseable {

  private final JsonParser json;

  /** Opens a script and moves to its first command. */
  ScriptReader(Path file) throws IOException {
    json = new JsonFactory().createParser(Files.newInputStream(file));
    try {
      expect(JsonToken.START_OBJECT);
      while (!"commands".equals(json.nextFieldName())) {
        if (json.currentToken() != JsonToken.FIELD_NAME) {
          throw new IOException("it has no commands");
        }
        json.nextToken();
        json.skipChildren();
      }
      expect(JsonToken.START_ARRAY);
    } catch (IOException e) {
      json.close();
      throw e;
    }
  }

  private void expect(JsonToken token) throws IOException {
    if (json.nextToken() != token) {
      throw unexpected();
    }
  }

  private IOException unexpected() {
    return new IOException((json.currentToken() == null ? "it ends at line " : "what it has is not expected at line ")
        + json.currentLocation().getLineNr());
  }

  /** The next command, or null behind the last one. */
  Command next() throws IOException {
    JsonToken begin = json.nextToken();
    if (begin == JsonToken.END_ARRAY) {
      return null;
    }
    if (begin != JsonToken.START_OBJECT) {
      throw unexpected();
    }
    Map<String, String> attributes = new HashMap<>();
    Command.Action action = null;
    List<WastValue> expected = List.of();
    List<Command> commands = new ArrayList<>();
    int line = 0;
    for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
      JsonToken token = json.nextToken();
      switch (field) {
        case "line" -> line = json.getIntValue();
        case "action" -> action = action();
        case "expected" -> expected = values();
        case "commands" -> {
          if (token != JsonToken.START_ARRAY) {
            throw unexpected();
          }
          for (Command command = next(); command != null; command = next()) {
            commands.add(command);
          }
        }
        default -> {
          if (token == JsonToken.VALUE_STRING) {
            attributes.put(field, json.getText());
          }
          json.skipChildren();
        }
      }
    }
    if (!attributes.containsKey("type")) {
      throw new IOException("the command of line " + line + " has no type");
    }
    return new Command(attributes.get("type"), line, attributes, action, expected, commands);
  }

  private Command.Action action() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw unexpected();
    }
    Map<String, String> attributes = new HashMap<>();
    List<WastValue> args = List.of();
    for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
      json.nextToken();
      if (field.equals("args")) {
        args = values();
      } else {
        attributes.put(field, json.getText());
      }
    }
    return new Command.Action(attributes.get("type"), attributes.get("module"), attributes.get("field"), args);
  }

  private List<WastValue> values() throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw unexpected();
    }
    List<WastValue> all = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw unexpected();
      }
      all.add(value());
    }
    return all;
  }

  private WastValue value() throws IOException {
    String type = "";
    String lane = null;
    List<String> texts = List.of();
    List<WastValue> either = List.of();
    for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
      JsonToken token = json.nextToken();
      switch (field) {
        case "type" -> type = json.getText();
        case "lane_type" -> lane = json.getText();
        case "values" -> either = values();
        case "value" -> texts = token == JsonToken.START_ARRAY ? lanes() : List.of(json.getText());
        default -> json.skipChildren();
      }
    }
    return new WastValue(type, lane, texts, either);
  }

  private List<String> lanes() throws IOException {
    List<String> lanes = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      lanes.add(json.getText());
    }
    return lanes;
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
