package dev.skerry.origin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * An import map (HTML §8.1.5.2): which URL a module specifier stands for. Keys are normalised and sorted so that the
 * most specific one is met first; an empty value blocks its specifier. Grows by {@link #merge} alone.
 */
final class ImportMap {

  /** URL §4.2. */
  private static final Set<String> SPECIAL_SCHEMES = Set.of("ftp", "file", "http", "https", "ws", "wss");
  /** Descending code unit order puts longer keys before their prefixes. */
  private static final Comparator<String> MOST_SPECIFIC_FIRST = Comparator.reverseOrder();
  private static final JsonFactory JSON = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(16).build()).build();

  private final TreeMap<String, Optional<Url>> imports;
  private final TreeMap<String, TreeMap<String, Optional<Url>>> scopes;
  /** Of modules by their URLs: digests of which the bytes must have one. */
  private final Map<String, String> integrity;

  /** A map without rules. */
  static ImportMap empty() {
    return new ImportMap(new TreeMap<>(MOST_SPECIFIC_FIRST), new TreeMap<>(MOST_SPECIFIC_FIRST), new HashMap<>());
  }

  private ImportMap(TreeMap<String, Optional<Url>> imports, TreeMap<String, TreeMap<String, Optional<Url>>> scopes,
                    Map<String, String> integrity) {
    this.integrity = integrity;
    this.imports = imports;
    this.scopes = scopes;
  }

  /** Parses an import map string (HTML §8.1.5.2); throws with a sentence that says what is wrong. */
  static ImportMap parse(String text, Url base) throws LoadError {
    TreeMap<String, Optional<Url>> imports = new TreeMap<>(MOST_SPECIFIC_FIRST);
    TreeMap<String, TreeMap<String, Optional<Url>>> scopes = new TreeMap<>(MOST_SPECIFIC_FIRST);
    Map<String, String> integrity = new HashMap<>();
    try (JsonParser json = JSON.createParser(text)) {
      expectObject(json.nextToken(), "an import map");
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        JsonToken value = json.nextToken();
        if (key.equals("imports")) {
          readImports(json, value, base, imports);
        } else if (key.equals("scopes")) {
          readScopes(json, value, base, scopes);
        } else if (key.equals("integrity")) {
          readIntegrity(json, value, base, integrity);
        } else {
          json.skipChildren();
        }
      }
      if (json.nextToken() != null) {
        throw new LoadError("the import map has text after its end");
      }
    } catch (IOException malformed) {
      throw new LoadError("the import map is not JSON: " + firstLine(malformed), malformed);
    }
    return new ImportMap(imports, scopes, integrity);
  }

  private static String firstLine(IOException malformed) {
    return String.valueOf(malformed.getMessage()).lines().findFirst().orElse("");
  }

  private static void expectObject(JsonToken token, String what) throws LoadError {
    if (token != JsonToken.START_OBJECT) {
      throw new LoadError(what + " must be a JSON object");
    }
  }

  private static void readIntegrity(JsonParser json, JsonToken token, Url base, Map<String, String> integrity)
      throws IOException, LoadError {
    expectObject(token, "\"integrity\" of an import map");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      Optional<Url> url = urlLike(json.currentName(), base);
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        json.skipChildren();
      } else if (url.isPresent()) {
        integrity.put(url.get().href(), json.getText());
      }
    }
  }

  /** The digests of a module of that URL (HTML §8.1.6.3, resolve a module integrity metadata); empty for none. */
  String integrity(Url url) {
    return integrity.getOrDefault(url.href(), "");
  }

  private static void readScopes(JsonParser json, JsonToken token, Url base,
                                 Map<String, TreeMap<String, Optional<Url>>> scopes) throws IOException, LoadError {
    expectObject(token, "\"scopes\" of an import map");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String prefix = json.currentName();
      TreeMap<String, Optional<Url>> imports = new TreeMap<>(MOST_SPECIFIC_FIRST);
      readImports(json, json.nextToken(), base, imports);
      tryParse(prefix, base).ifPresent(url -> scopes.put(url.href(), imports));
    }
  }

  private static void readImports(JsonParser json, JsonToken token, Url base, Map<String, Optional<Url>> imports)
      throws IOException, LoadError {
    expectObject(token, "each list of imports of an import map");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      boolean isText = json.nextToken() == JsonToken.VALUE_STRING;
      Optional<Url> address = isText ? urlLike(json.getText(), base) : Optional.empty();
      if (!isText) {
        json.skipChildren();
      }
      if (!key.isEmpty()) {
        boolean fits = !key.endsWith("/") || address.map(url -> url.href().endsWith("/")).orElse(true);
        imports.put(urlLike(key, base).map(Url::href).orElse(key), fits ? address : Optional.empty());
      }
    }
  }

  /**
   * Takes in the rules of a later map; where both have one, that of this map stays (HTML §8.1.5.2, merge). Costs what
   * the later map has, for a document may have a map in every second element.
   */
  void merge(ImportMap later) {
    later.imports.forEach(imports::putIfAbsent);
    later.integrity.forEach(integrity::putIfAbsent);
    later.scopes.forEach((prefix, rules) ->
        rules.forEach(scopes.computeIfAbsent(prefix, fresh -> new TreeMap<>(MOST_SPECIFIC_FIRST))::putIfAbsent));
  }

  /** Resolves a module specifier (HTML §8.1.6.3) that a module or document at {@code base} uses. */
  Url resolve(String specifier, Url base) throws LoadError {
    Optional<Url> asUrl = urlLike(specifier, base);
    String normal = asUrl.map(Url::href).orElse(specifier);
    for (Map.Entry<String, TreeMap<String, Optional<Url>>> scope : scopes.entrySet()) {
      String prefix = scope.getKey();
      if (prefix.equals(base.href()) || prefix.endsWith("/") && base.href().startsWith(prefix)) {
        Optional<Url> match = match(normal, asUrl, scope.getValue());
        if (match.isPresent()) {
          return match.get();
        }
      }
    }
    Optional<Url> match = match(normal, asUrl, imports);
    if (match.isEmpty()) {
      match = asUrl;
    }
    return match.orElseThrow(() -> new LoadError("the module name '" + specifier + "' is neither a host module, nor in"
        + " the import map, nor a URL (relative URLs begin with \"/\", \"./\" or \"../\")"));
  }

  private static Optional<Url> match(String normal, Optional<Url> asUrl, TreeMap<String, Optional<Url>> imports)
      throws LoadError {
    for (Map.Entry<String, Optional<Url>> rule : imports.entrySet()) {
      String key = rule.getKey();
      boolean prefix = key.endsWith("/") && normal.startsWith(key)
          && asUrl.map(url -> SPECIAL_SCHEMES.contains(url.scheme())).orElse(true);
      if (key.equals(normal) || prefix) {
        Url address = rule.getValue().orElseThrow(
            () -> new LoadError("the import map blocks '" + normal + "': its rule has no valid address"));
        return Optional.of(key.equals(normal) ? address : below(address, normal.substring(key.length())));
      }
    }
    return Optional.empty();
  }

  private static Url below(Url address, String rest) throws LoadError {
    Url url = tryParse(rest, address).orElseThrow(
        () -> new LoadError("'" + rest + "' cannot be resolved against " + address.href() + " of the import map"));
    if (!url.href().startsWith(address.href())) {
      throw new LoadError("'" + rest + "' leads out of " + address.href() + ", where the import map sends it");
    }
    return url;
  }

  /** Resolves a URL-like module specifier (HTML §8.1.6.3): relative ones begin with a slash or dots. */
  private static Optional<Url> urlLike(String specifier, Url base) {
    boolean relative = specifier.startsWith("/") || specifier.startsWith("./") || specifier.startsWith("../");
    try {
      return Optional.of(relative ? Url.parse(specifier, base) : Url.parse(specifier));
    } catch (UrlParseException notUrl) {
      return Optional.empty();
    }
  }

  private static Optional<Url> tryParse(String text, Url base) {
    try {
      return Optional.of(Url.parse(text, base));
    } catch (UrlParseException notUrl) {
      return Optional.empty();
    }
  }
}
