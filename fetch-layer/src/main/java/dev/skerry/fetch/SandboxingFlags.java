package dev.skerry.fetch;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A sandboxing flag set (HTML §7.1.5): what a document may not do. Immutable. */
public record SandboxingFlags(Set<Flag> flags) {

  public static final SandboxingFlags NONE = new SandboxingFlags(EnumSet.noneOf(Flag.class));

  /** The flags, each with the keyword that takes it away. */
  public enum Flag {
    NAVIGATION(""), AUXILIARY_NAVIGATION("allow-popups"), TOP_LEVEL_NAVIGATION("allow-top-navigation"),
    TOP_LEVEL_NAVIGATION_WITH_USER_ACTIVATION("allow-top-navigation-by-user-activation"),
    ORIGIN("allow-same-origin"), FORMS("allow-forms"), POINTER_LOCK("allow-pointer-lock"), SCRIPTS("allow-scripts"),
    AUTOMATIC_FEATURES("allow-scripts"), DOCUMENT_DOMAIN(""), PROPAGATES_TO_AUXILIARY("allow-popups-to-escape-sandbox"),
    MODALS("allow-modals"), ORIENTATION_LOCK("allow-orientation-lock"), PRESENTATION("allow-presentation"),
    DOWNLOADS("allow-downloads"), CUSTOM_PROTOCOLS("allow-top-navigation-to-custom-protocols");

    private final String keyword;

    Flag(String keyword) {
      this.keyword = keyword;
    }
  }

  public SandboxingFlags {
    flags = Set.copyOf(flags);
  }

  /** Parses a sandboxing directive (HTML §7.1.5), split into its words. */
  public static SandboxingFlags parse(List<String> words) {
    List<String> keywords = words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
    EnumSet<Flag> flags = EnumSet.allOf(Flag.class);
    flags.removeIf(flag -> keywords.contains(flag.keyword));
    if (keywords.contains("allow-top-navigation")) {
      flags.remove(Flag.TOP_LEVEL_NAVIGATION_WITH_USER_ACTIVATION);
    }
    if (keywords.contains("allow-popups") || keywords.contains("allow-top-navigation")) {
      flags.remove(Flag.CUSTOM_PROTOCOLS);
    }
    return new SandboxingFlags(flags);
  }

  public boolean has(Flag flag) {
    return flags.contains(flag);
  }

  /** The restrictions of both. */
  public SandboxingFlags and(SandboxingFlags other) {
    EnumSet<Flag> both = EnumSet.noneOf(Flag.class);
    both.addAll(flags);
    both.addAll(other.flags);
    return new SandboxingFlags(both);
  }
}
