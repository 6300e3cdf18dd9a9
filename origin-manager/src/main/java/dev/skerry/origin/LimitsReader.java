package dev.skerry.origin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Reads a policy file of limits; {@link Limits#read} says what is in it. */
final class LimitsReader {

  private static final JsonFactory JSON = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private LimitsReader() {
  }

  static Limits parse(String text) {
    Map<Limit, Long> values = Map.of();
    List<Limits.Rule> rules = new ArrayList<>();
    try (JsonParser json = JSON.createParser(text)) {
      json.nextToken();
      expectObject(json, "a policy file");
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "limits" -> values = values(json);
          case "origins" -> readRules(json, rules);
          default -> throw new IllegalArgumentException("'" + field + "' is neither \"limits\" nor \"origins\"");
        }
      }
      if (json.nextToken() != null) {
        throw new IllegalArgumentException("there is text after the end of the object");
      }
    } catch (IOException malformed) {
      throw new IllegalArgumentException("it is not JSON: " + malformed.getMessage().lines().findFirst().orElse(""),
          malformed);
    }
    return new Limits(values, rules);
  }

  private static void readRules(JsonParser json, List<Limits.Rule> rules) throws IOException {
    expectObject(json, "\"origins\"");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String origins = json.currentName();
      json.nextToken();
      rules.add(new Limits.Rule(origins, values(json)));
    }
  }

  private static Map<Limit, Long> values(JsonParser json) throws IOException {
    expectObject(json, "each list of limits");
    Map<Limit, Long> values = new EnumMap<>(Limit.class);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      Limit limit;
      try {
        limit = Limit.valueOf(name);
      } catch (IllegalArgumentException unknown) {
        throw new IllegalArgumentException("there is no limit '" + name + "'", unknown);
      }
      if (json.nextToken() != JsonToken.VALUE_NUMBER_INT) {
        throw new IllegalArgumentException("the limit " + name + " must be a whole number of "
            + limit.unit().words());
      }
      values.put(limit, json.getLongValue());
    }
    return values;
  }

  private static void expectObject(JsonParser json, String what) {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException(what + " must be a JSON object");
    }
  }
}
