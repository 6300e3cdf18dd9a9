package dev.skerry.fetch;

import dev.skerry.fetch.CspSource.Hash;
import dev.skerry.fetch.CspSource.Keyword;
import dev.skerry.fetch.CspSource.Nonce;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A source list (CSP §2.3.1). Without expressions, as with the word {@code 'none'}, it matches nothing.
 *
 * @param expressions those words of the directive's value that are source expressions
 */
record CspSourceList(List<CspSource> expressions) {

  static CspSourceList parse(List<String> words) {
    return new CspSourceList(words.stream().map(CspSource::parse).flatMap(Optional::stream).toList());
  }

  boolean has(Keyword keyword) {
    return expressions.contains(keyword);
  }

  /** Does the URL match (CSP §6.7.2.7). */
  boolean matchesUrl(Url url, Origin origin, int redirects) {
    return expressions.stream().anyMatch(expression -> expression.matches(url, origin, redirects));
  }

  /** Does the nonce match (CSP §6.7.2.3); an empty one is none. */
  boolean matchesNonce(String nonce) {
    return !nonce.isEmpty() && expressions.contains(new Nonce(nonce));
  }

  /** Does the integrity metadata match (CSP §6.7.2.4): every digest of it must be in this list. */
  boolean matchesIntegrity(String metadata) {
    Optional<IntegrityMetadata> integrity = IntegrityMetadata.parse(metadata);
    return integrity.isPresent() && !integrity.get().digests().isEmpty() && integrity.get().digests().stream()
        .allMatch(digest -> expressions.contains(new Hash(integrity.get().algorithm(), base64(digest))));
  }

  /** Does the list allow all inline behaviour for the type (CSP §6.7.3.2). */
  private boolean allowsAllInline(CspInline.Type type) {
    boolean overridden = expressions.stream().anyMatch(source -> source instanceof Nonce || source instanceof Hash)
        || type.isScript() && has(Keyword.STRICT_DYNAMIC);
    return !overridden && has(Keyword.UNSAFE_INLINE);
  }

  /** Does the element match for type and source (CSP §6.7.3.3). */
  boolean matchesInline(CspInline inline) {
    if (allowsAllInline(inline.type())) {
      return true;
    }
    if (inline.type().isElement() && matchesNonce(inline.nonce())) {
      return true;
    }
    if (!inline.type().isElement() && !has(Keyword.UNSAFE_HASHES)) {
      return false;
    }
    if (inline.type() == CspInline.Type.SCRIPT && has(Keyword.STRICT_DYNAMIC) && !inline.parserInserted()) {
      return true;
    }
    byte[] source = inline.source().getBytes(StandardCharsets.UTF_8);
    return expressions.stream().anyMatch(expression -> expression instanceof Hash hash
        && hash.value().equals(base64(hash.algorithm().digest(source))));
  }

  private static String base64(byte[] digest) {
    return Base64.getEncoder().encodeToString(digest);
  }
}
