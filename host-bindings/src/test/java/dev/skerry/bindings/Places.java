package dev.skerry.bindings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where a document is and what it keeps, in memory; it records where it was sent. */
final class Places implements NavigationContext, StorageAreas {

  /** An area with room for that many characters. */
  static final class Area implements StorageArea {

    static final int ROOM = 64;
    private final Map<String, String> values = new LinkedHashMap<>();

    @Override
    public String get(String name) {
      return values.get(name);
    }

    @Override
    public boolean set(String name, String value) {
      String before = values.put(name, value);
      int size = values.entrySet().stream().mapToInt(each -> each.getKey().length() + each.getValue().length()).sum();
      if (size > ROOM) {
        if (before == null) {
          values.remove(name);
        } else {
          values.put(name, before);
        }
      }
      return size <= ROOM;
    }

    @Override
    public void remove(String name) {
      values.remove(name);
    }

    @Override
    public void clear() {
      values.clear();
    }

    @Override
    public int size() {
      return values.size();
    }

    @Override
    public String name(int index) {
      return index < values.size() ? List.copyOf(values.keySet()).get(index) : null;
    }
  }

  final List<String> visits = new ArrayList<>();
  private final Area local = new Area();
  private final Area session = new Area();
  boolean opaque;
  private byte[] state;

  @Override
  public String location() {
    return "https://a.example/page";
  }

  @Override
  public boolean navigate(String url, boolean replace) {
    visits.add((replace ? "replace " : "assign ") + url);
    return !url.equals("no url");
  }

  @Override
  public void reload() {
    visits.add("reload");
  }

  @Override
  public void traverse(int steps) {
    visits.add("go " + steps);
  }

  @Override
  public int historyLength() {
    return visits.size();
  }

  @Override
  public boolean update(byte[] state, String url, boolean replace) {
    this.state = state;
    visits.add((replace ? "replace state " : "push state ") + url);
    return !url.equals("no url");
  }

  @Override
  public byte[] state() {
    return state;
  }

  @Override
  public StorageArea local() {
    return opaque ? null : local;
  }

  @Override
  public StorageArea session() {
    return opaque ? null : session;
  }
}
