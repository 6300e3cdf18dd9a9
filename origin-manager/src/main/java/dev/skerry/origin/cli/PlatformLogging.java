package dev.skerry.origin.cli;

import java.text.MessageFormat;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import org.slf4j.LoggerFactory;

/**
 * What the JDK logs goes where all else goes. The file that names this class lies in the first jar of the class path:
 * the JDK looks for such a file with the first logger of anybody, jffi's at every start, and would open all jars to
 * find none, which takes longer than jffi's other work.
 */
public final class PlatformLogging extends System.LoggerFinder {

  private static final boolean ASKED = System.getenv("SKERRY_LOG_LEVEL") != null;

  @Override
  public System.Logger getLogger(String name, Module module) {
    return new Log(name);
  }

  /** One logger; below warnings, which show by default, nothing is asked for unless a level was. */
  private record Log(String name) implements System.Logger {

    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean isLoggable(Level level) {
      if (level == Level.OFF || !ASKED && level.compareTo(Level.WARNING) < 0) {
        return false;
      }
      return LoggerFactory.getLogger(name).isEnabledForLevel(slf4j(level));
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
      if (isLoggable(level)) {
        LoggerFactory.getLogger(name).atLevel(slf4j(level)).setCause(thrown).log(localized(bundle, message));
      }
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
      if (isLoggable(level)) {
        LoggerFactory.getLogger(name).atLevel(slf4j(level)).log(formatted(localized(bundle, format), parameters));
      }
    }

    private static String formatted(String pattern, Object... parameters) {
      try {
        return parameters == null || parameters.length == 0 ? pattern : MessageFormat.format(pattern, parameters);
      } catch (IllegalArgumentException noPattern) {
        return pattern;
      }
    }

    private static String localized(ResourceBundle bundle, String key) {
      try {
        return bundle == null || key == null ? key : bundle.getString(key);
      } catch (MissingResourceException | ClassCastException notThere) {
        return key;
      }
    }

    private static org.slf4j.event.Level slf4j(Level level) {
      return switch (level) {
        case ALL, TRACE -> org.slf4j.event.Level.TRACE;
        case DEBUG -> org.slf4j.event.Level.DEBUG;
        case INFO -> org.slf4j.event.Level.INFO;
        case WARNING -> org.slf4j.event.Level.WARN;
        default -> org.slf4j.event.Level.ERROR;
      };
    }
  }
}
