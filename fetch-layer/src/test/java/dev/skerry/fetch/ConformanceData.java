package dev.skerry.fetch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Third-party test data beside the repository; a test that asks for an absent file is skipped. */
final class ConformanceData {

  private ConformanceData() {
  }

  /** The path of a file below the conformance folder. */
  static Path path(String name) {
    Path path = Path.of(System.getProperty("skerry.shared", "absent"), "conformance", name);
    Assumptions.assumeTrue(Files.exists(path), () -> "no conformance data at " + path + ", test skipped");
    return path;
  }

  /** A JSON file as lists, maps, strings, numbers, booleans and null. */
  static Object json(String name) throws IOException {
    JsonFactory factory = JsonFactory.builder().enable(JsonReadFeature.ALLOW_JAVA_COMMENTS).build();
    try (JsonParser parser = factory.createParser(path(name).toFile())) {
      parser.nextToken();
      return value(parser);
    }
  }

  /** The objects of a JSON list; its strings are comments. */
  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> cases(Object list) {
    List<Map<String, Object>> cases = new ArrayList<>();
    for (Object item : (List<Object>) list) {
      if (item instanceof Map) {
        cases.add((Map<String, Object>) item);
      }
    }
    return cases;
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        yield list;
      }
      case START_OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = parser.currentName();
          parser.nextToken();
          map.put(key, value(parser));
        }
        yield map;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new IOException("unexpected " + parser.currentToken());
    };
  }
}
