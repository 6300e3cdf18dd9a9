package dev.skerry.wasm;

import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/** Prints warnings, each in one line that begins with WARN and the log's name, in a child JVM with {@link #OPTION}. */
public final class PrintedLog implements SLF4JServiceProvider {

  /** What the child JVM is started with. */
  public static final String OPTION = "-Dslf4j.provider=" + PrintedLog.class.getName();

  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();

  /** One log. */
  private static final class Lines extends LegacyAbstractLogger {

    private static final long serialVersionUID = 1L;

    private Lines(String name) {
      this.name = name;
    }

    @Override
    protected String getFullyQualifiedCallerName() {
      return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(Level level, Marker marker, String pattern, Object[] arguments,
        Throwable thrown) {
      System.out.println(level + " " + name + ": " + MessageFormatter.basicArrayFormat(pattern, arguments)
          + (thrown == null ? "" : ": " + thrown));
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public boolean isInfoEnabled() {
      return false;
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    return PrintedLog::logger;
  }

  private static Logger logger(String name) {
    return new Lines(name);
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }

  @Override
  public void initialize() {
    // Nothing has to be made before the first log is asked for.
  }
}
