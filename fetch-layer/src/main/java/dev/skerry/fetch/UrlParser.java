package dev.skerry.fetch;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The basic URL parser (URL §4.4): one method for each state of the standard, which reads from the pointer on, fills
 * the fields of the URL record and names the next state. A run of code points that the standard takes one by one is
 * taken at once. Used for one input.
 */
final class UrlParser {

  /** The states; the ones that a setter may start in are its state overrides. */
  enum State {
    SCHEME_START, NO_SCHEME, SPECIAL_RELATIVE_OR_AUTHORITY, PATH_OR_AUTHORITY, RELATIVE, RELATIVE_SLASH,
    SPECIAL_AUTHORITY_SLASHES, SPECIAL_AUTHORITY_IGNORE_SLASHES, AUTHORITY, HOST, HOSTNAME, PORT, FILE, FILE_SLASH,
    FILE_HOST, PATH_START, PATH, OPAQUE_PATH, QUERY, FRAGMENT, END
  }

  private static final int EOF = -1;
  private static final int MAX_PORT = 65_535;

  /** The URL record. The path is serialised: each segment with its slash before it; of an opaque path, the whole. */
  String scheme = "";
  String username = "";
  String password = "";
  Host host;
  int port = SpecialScheme.NO_PORT;
  StringBuilder path = new StringBuilder();
  boolean opaquePath;
  String query;
  String fragment;

  private final String input;
  private final Url base;
  /** Null unless a setter runs the parser on a part. */
  private final State override;
  private Charset encoding = StandardCharsets.UTF_8;
  private int pointer;
  private boolean special;

  private UrlParser(String input, Url base, State override) {
    this.input = input;
    this.base = base;
    this.override = override;
  }

  /** Parses a whole URL. */
  static UrlParser parse(String input, Url base, Charset encoding) throws InvalidUrl {
    UrlParser parser = new UrlParser(removeTabsAndNewlines(trim(input)), base, null);
    parser.encoding = QueryEncoding.outputEncoding(encoding);
    parser.run(State.SCHEME_START);
    return parser;
  }

  /** A URL record with the parts of that URL, with no input: for setters. */
  static UrlParser copyOf(Url url) {
    UrlParser copy = new UrlParser("", null, State.END);
    copy.copyFrom(url);
    return copy;
  }

  /** Runs the parser on a part over this record with that state override; what came before a failure stays. */
  void parsePart(String part, State stateOverride) {
    UrlParser parser = new UrlParser(removeTabsAndNewlines(part), null, stateOverride);
    parser.copyFrom(this);
    try {
      parser.run(stateOverride);
    } catch (InvalidUrl failure) {
      // The setters return nothing: failure only ends them.
    }
    copyFrom(parser);
  }

  private void copyFrom(Url url) {
    scheme = url.scheme();
    special = SpecialScheme.isSpecial(scheme);
    username = url.username();
    password = url.password();
    host = url.hostRecord();
    port = url.port();
    path = new StringBuilder(url.path());
    opaquePath = url.hasOpaquePath();
    query = url.query().orElse(null);
    fragment = url.fragment().orElse(null);
  }

  private void copyFrom(UrlParser other) {
    scheme = other.scheme;
    special = other.special;
    username = other.username;
    password = other.password;
    host = other.host;
    port = other.port;
    path = other.path;
    opaquePath = other.opaquePath;
    query = other.query;
    fragment = other.fragment;
  }

  private void run(State start) throws InvalidUrl {
    State state = start;
    while (state != State.END) {
      state = switch (state) {
        case SCHEME_START -> schemeStart();
        case NO_SCHEME -> noScheme();
        case SPECIAL_RELATIVE_OR_AUTHORITY -> specialRelativeOrAuthority();
        case PATH_OR_AUTHORITY -> pathOrAuthority();
        case RELATIVE -> relative();
        case RELATIVE_SLASH -> relativeSlash();
        case SPECIAL_AUTHORITY_SLASHES -> specialAuthoritySlashes();
        case SPECIAL_AUTHORITY_IGNORE_SLASHES -> specialAuthorityIgnoreSlashes();
        case AUTHORITY -> authority();
        case HOST, HOSTNAME -> host();
        case PORT -> port();
        case FILE -> file();
        case FILE_SLASH -> fileSlash();
        case FILE_HOST -> fileHost();
        case PATH_START -> pathStart();
        case PATH -> path();
        case OPAQUE_PATH -> opaquePath();
        case QUERY -> query();
        case FRAGMENT -> fragment();
        case END -> State.END;
      };
    }
  }

  /** Scheme start state and scheme state. */
  private State schemeStart() throws InvalidUrl {
    int end = 0;
    while (end < input.length() && isSchemeCodePoint(input.charAt(end), end)) {
      end++;
    }
    if (end == 0 || end == input.length() || input.charAt(end) != ':') {
      if (override != null) {
        throw new InvalidUrl("\"" + Excerpt.of(input) + "\" is not a scheme", "invalid-URL-unit");
      }
      return State.NO_SCHEME;
    }
    String buffer = lowerCase(input.substring(0, end));
    if (override != null) {
      setScheme(buffer);
      return State.END;
    }
    scheme = buffer;
    special = SpecialScheme.isSpecial(scheme);
    pointer = end + 1;
    if (scheme.equals("file")) {
      return State.FILE;
    }
    if (special) {
      return base != null && base.scheme().equals(scheme)
          ? State.SPECIAL_RELATIVE_OR_AUTHORITY : State.SPECIAL_AUTHORITY_SLASHES;
    }
    if (c() == '/') {
      pointer++;
      return State.PATH_OR_AUTHORITY;
    }
    opaquePath = true;
    return State.OPAQUE_PATH;
  }

  private void setScheme(String buffer) {
    boolean refused = special != SpecialScheme.isSpecial(buffer)
        || buffer.equals("file") && (includesCredentials() || port != SpecialScheme.NO_PORT)
        || scheme.equals("file") && host.equals(Host.EMPTY);
    if (!refused) {
      scheme = buffer;
      if (port == SpecialScheme.defaultPort(scheme)) {
        port = SpecialScheme.NO_PORT;
      }
    }
  }

  private State noScheme() throws InvalidUrl {
    if (base == null || base.hasOpaquePath() && c() != '#') {
      throw new InvalidUrl(base == null ? "it has no scheme and there is no base URL"
          : "it has no scheme and the base URL " + Excerpt.of(base.href()) + " cannot be a base",
          "missing-scheme-non-relative-URL");
    }
    scheme = base.scheme();
    special = SpecialScheme.isSpecial(scheme);
    if (base.hasOpaquePath()) {
      path.append(base.path());
      opaquePath = true;
      query = base.query().orElse(null);
      pointer++;
      return State.FRAGMENT;
    }
    return scheme.equals("file") ? State.FILE : State.RELATIVE;
  }

  private State specialRelativeOrAuthority() {
    if (!input.startsWith("//", pointer)) {
      return State.RELATIVE;
    }
    pointer += 2;
    return State.SPECIAL_AUTHORITY_IGNORE_SLASHES;
  }

  private State pathOrAuthority() {
    if (c() != '/') {
      return State.PATH;
    }
    pointer++;
    return State.AUTHORITY;
  }

  private State relative() {
    scheme = base.scheme();
    if (isSlash(c())) {
      pointer++;
      return State.RELATIVE_SLASH;
    }
    copyAuthority();
    return relativePath();
  }

  private void copyAuthority() {
    username = base.username();
    password = base.password();
    host = base.hostRecord();
    port = base.port();
  }

  /** The common end of the relative and the file state: the base's path up to its last segment. */
  private State relativePath() {
    path.append(base.path());
    if (c() == '?') {
      pointer++;
      return State.QUERY;
    }
    query = base.query().orElse(null);
    if (c() == '#') {
      pointer++;
      return State.FRAGMENT;
    }
    if (c() == EOF) {
      return State.END;
    }
    query = null;
    if (scheme.equals("file") && startsWithWindowsDriveLetter(pointer)) {
      path.setLength(0);
    } else {
      shortenPath();
    }
    return State.PATH;
  }

  private State relativeSlash() {
    if (special && isSlash(c())) {
      pointer++;
      return State.SPECIAL_AUTHORITY_IGNORE_SLASHES;
    }
    if (c() == '/') {
      pointer++;
      return State.AUTHORITY;
    }
    copyAuthority();
    return State.PATH;
  }

  private State specialAuthoritySlashes() {
    if (input.startsWith("//", pointer)) {
      pointer += 2;
    }
    return State.SPECIAL_AUTHORITY_IGNORE_SLASHES;
  }

  private State specialAuthorityIgnoreSlashes() {
    while (c() == '/' || c() == '\\') {
      pointer++;
    }
    return State.AUTHORITY;
  }

  /** Credentials end at the last at sign before the path, and split at their first colon. */
  private State authority() throws InvalidUrl {
    int end = authorityEnd();
    int at = input.lastIndexOf('@', end - 1);
    if (at < pointer) {
      return State.HOST;
    }
    if (at + 1 == end) {
      throw hostMissing();
    }
    int colon = input.indexOf(':', pointer);
    int usernameEnd = colon < 0 || colon > at ? at : colon;
    username = encode(PercentEncodeSet.USERINFO, pointer, usernameEnd);
    password = encode(PercentEncodeSet.USERINFO, Math.min(usernameEnd + 1, at), at);
    pointer = at + 1;
    return State.HOST;
  }

  private int authorityEnd() {
    int end = pointer;
    while (end < input.length() && !endsAuthority(input.charAt(end))) {
      end++;
    }
    return end;
  }

  private boolean endsAuthority(int c) {
    return c == EOF || c == '?' || c == '#' || isSlash(c);
  }

  /** Host state and hostname state. */
  private State host() throws InvalidUrl {
    if (override != null && scheme.equals("file")) {
      return State.FILE_HOST;
    }
    int start = pointer;
    boolean insideBrackets = false;
    while (!endsAuthority(c()) && (c() != ':' || insideBrackets)) {
      insideBrackets = c() == '[' || insideBrackets && c() != ']';
      pointer++;
    }
    boolean colon = c() == ':';
    if (start == pointer && (colon || special)) {
      throw hostMissing();
    }
    if (colon && override == State.HOSTNAME) {
      throw new InvalidUrl("a host name has no port", "host-invalid-code-point");
    }
    if (override != null && start == pointer && (includesCredentials() || port != SpecialScheme.NO_PORT)) {
      throw hostMissing();
    }
    host = HostParser.parse(input.substring(start, pointer), !special);
    if (colon) {
      pointer++;
      return State.PORT;
    }
    return override == null ? State.PATH_START : State.END;
  }

  private static InvalidUrl hostMissing() {
    return new InvalidUrl("the host is missing", "host-missing");
  }

  private State port() throws InvalidUrl {
    int start = pointer;
    while (c() >= '0' && c() <= '9') {
      pointer++;
    }
    if (override == null && !endsAuthority(c())) {
      throw new InvalidUrl("the port is not a number", "port-invalid");
    }
    if (pointer != start) {
      int number = 0;
      for (int i = start; i < pointer; i++) {
        number = Math.min(number * 10 + input.charAt(i) - '0', MAX_PORT + 1);
      }
      if (number > MAX_PORT) {
        throw new InvalidUrl("the port " + Excerpt.of(input.substring(start, pointer)) + " is above " + MAX_PORT,
            "port-out-of-range");
      }
      port = number == SpecialScheme.defaultPort(scheme) ? SpecialScheme.NO_PORT : number;
    } else if (override != null) {
      throw new InvalidUrl("the port is not a number", "port-invalid");
    }
    return override == null ? State.PATH_START : State.END;
  }

  private State file() {
    scheme = "file";
    special = true;
    host = Host.EMPTY;
    if (isSlash(c())) {
      pointer++;
      return State.FILE_SLASH;
    }
    if (base != null && base.scheme().equals("file")) {
      host = base.hostRecord();
      return relativePath();
    }
    return State.PATH;
  }

  private State fileSlash() {
    if (isSlash(c())) {
      pointer++;
      return State.FILE_HOST;
    }
    if (base != null && base.scheme().equals("file")) {
      host = base.hostRecord();
      String drive = firstSegment(base.path());
      if (!startsWithWindowsDriveLetter(pointer) && isNormalisedWindowsDriveLetter(drive)) {
        path.append('/').append(drive);
      }
    }
    return State.PATH;
  }

  private State fileHost() throws InvalidUrl {
    int start = pointer;
    while (!endsAuthority(c())) {
      pointer++;
    }
    if (override == null && pointer - start == 2 && startsWithWindowsDriveLetter(start)) {
      pointer = start;
      return State.PATH;
    }
    Host parsed = start == pointer ? Host.EMPTY : HostParser.parse(input.substring(start, pointer), false);
    host = parsed.text().equals("localhost") ? Host.EMPTY : parsed;
    return override == null ? State.PATH_START : State.END;
  }

  private State pathStart() {
    int c = c();
    if (special) {
      if (isSlash(c)) {
        pointer++;
      }
      return State.PATH;
    }
    if (override == null && (c == '?' || c == '#')) {
      pointer++;
      return c == '?' ? State.QUERY : State.FRAGMENT;
    }
    if (c != EOF) {
      if (c == '/') {
        pointer++;
      }
      return State.PATH;
    }
    if (override != null && host == null) {
      path.append('/');
    }
    return State.END;
  }

  /** Takes segments up to the end of the path; the slash before the first has been read. */
  private State path() {
    while (true) {
      int start = pointer;
      while (!endsSegment(c())) {
        pointer++;
      }
      int c = c();
      appendSegment(start, isSlash(c));
      if (c == EOF) {
        return State.END;
      }
      pointer++;
      if (!isSlash(c)) {
        return c == '?' ? State.QUERY : State.FRAGMENT;
      }
    }
  }

  private boolean endsSegment(int c) {
    return c == EOF || isSlash(c) || override == null && (c == '?' || c == '#');
  }

  private void appendSegment(int start, boolean slashFollows) {
    int dots = dots(start, pointer);
    if (dots == 2) {
      shortenPath();
    }
    if (dots > 0) {
      if (!slashFollows) {
        path.append('/');
      }
      return;
    }
    boolean drive = scheme.equals("file") && path.length() == 0 && pointer - start == 2
        && startsWithWindowsDriveLetter(start);
    path.append('/');
    if (drive) {
      path.append(input.charAt(start)).append(':');
    } else {
      PercentEncodeSet.PATH.append(path, input, start, pointer);
    }
  }

  /** 1 for a single-dot URL path segment, 2 for a double-dot one, else 0. */
  private int dots(int from, int to) {
    int dots = 0;
    int i = from;
    while (i < to) {
      if (input.charAt(i) == '.') {
        i++;
      } else if (input.regionMatches(true, i, "%2e", 0, 3) && i + 3 <= to) {
        i += 3;
      } else {
        return 0;
      }
      dots++;
    }
    return dots <= 2 ? dots : 0;
  }

  private State opaquePath() {
    while (c() != EOF && c() != '?' && c() != '#') {
      int start = pointer;
      while (c() != EOF && c() != '?' && c() != '#' && c() != ' ') {
        pointer++;
      }
      PercentEncodeSet.C0_CONTROL.append(path, input, start, pointer);
      if (c() == ' ') {
        pointer++;
        path.append(c() == '?' || c() == '#' ? "%20" : " ");
      }
    }
    int c = c();
    pointer++;
    return c == EOF ? State.END : c == '?' ? State.QUERY : State.FRAGMENT;
  }

  private State query() {
    int number = override == null ? input.indexOf('#', pointer) : -1;
    int end = number < 0 ? input.length() : number;
    PercentEncodeSet set = special ? PercentEncodeSet.SPECIAL_QUERY : PercentEncodeSet.QUERY;
    boolean utf8 = encoding == StandardCharsets.UTF_8 || !special || scheme.equals("ws") || scheme.equals("wss");
    query = utf8 ? encode(set, pointer, end) : QueryEncoding.encode(input.substring(pointer, end), encoding, set);
    pointer = end + 1;
    return number < 0 ? State.END : State.FRAGMENT;
  }

  private State fragment() {
    fragment = encode(PercentEncodeSet.FRAGMENT, pointer, input.length());
    return State.END;
  }

  private String encode(PercentEncodeSet set, int from, int to) {
    StringBuilder output = new StringBuilder(to - from + 16);
    set.append(output, input, from, to);
    return output.toString();
  }

  /** Shortens the path (URL §4.2). */
  private void shortenPath() {
    int last = path.lastIndexOf("/");
    if (last < 0 || scheme.equals("file") && last == 0 && isNormalisedWindowsDriveLetter(path.substring(1))) {
      return;
    }
    path.setLength(last);
  }

  private boolean startsWithWindowsDriveLetter(int index) {
    return input.length() >= index + 2
        && isAsciiAlpha(input.charAt(index))
        && (input.charAt(index + 1) == ':' || input.charAt(index + 1) == '|')
        && (input.length() == index + 2 || "/\\?#".indexOf(input.charAt(index + 2)) >= 0);
  }

  private static boolean isNormalisedWindowsDriveLetter(String segment) {
    return segment.length() == 2 && isAsciiAlpha(segment.charAt(0)) && segment.charAt(1) == ':';
  }

  private static String firstSegment(String path) {
    int end = path.indexOf('/', 1);
    return path.isEmpty() ? "" : path.substring(1, end < 0 ? path.length() : end);
  }

  private boolean includesCredentials() {
    return !username.isEmpty() || !password.isEmpty();
  }

  private boolean isSlash(int c) {
    return c == '/' || special && c == '\\';
  }

  private int c() {
    return pointer < input.length() ? input.charAt(pointer) : EOF;
  }

  private static boolean isSchemeCodePoint(char c, int index) {
    return isAsciiAlpha(c) || index > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.');
  }

  private static boolean isAsciiAlpha(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private static String lowerCase(String ascii) {
    return ascii.toLowerCase(Locale.ROOT);
  }

  /** Removes leading and trailing C0 controls and spaces. */
  private static String trim(String input) {
    int start = 0;
    int end = input.length();
    while (start < end && input.charAt(start) <= ' ') {
      start++;
    }
    while (start < end && input.charAt(end - 1) <= ' ') {
      end--;
    }
    return input.substring(start, end);
  }

  private static String removeTabsAndNewlines(String input) {
    int i = 0;
    while (i < input.length() && !isTabOrNewline(input.charAt(i))) {
      i++;
    }
    if (i == input.length()) {
      return input;
    }
    StringBuilder output = new StringBuilder(input.length()).append(input, 0, i);
    for (; i < input.length(); i++) {
      if (!isTabOrNewline(input.charAt(i))) {
        output.append(input.charAt(i));
      }
    }
    return output.toString();
  }

  private static boolean isTabOrNewline(char c) {
    return c == '\t' || c == '\n' || c == '\r';
  }
}
