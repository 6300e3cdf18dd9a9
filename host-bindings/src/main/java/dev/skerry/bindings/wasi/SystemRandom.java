package dev.skerry.bindings.wasi;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;

/**
 * Random bytes of the system, which nobody can predict: those of Linux's device where that can be read, else those that
 * the JDK gives, whose framework for cryptography takes a cold JVM ten milliseconds. Thread-safe.
 */
final class SystemRandom {

  private static final String DEVICE = "/dev/urandom";
  private static final SystemRandom CURRENT = new SystemRandom(DEVICE);

  /** Open for the life of the process; null where there is none. */
  private final InputStream device;

  /** Made when it is first needed. */
  private static final class Jdk {
    private static final SecureRandom RANDOM = new SecureRandom();
  }

  /** @param path of the device */
  SystemRandom(String path) {
    device = open(path);
  }

  static SystemRandom current() {
    return CURRENT;
  }

  private static InputStream open(String path) {
    try {
      return new FileInputStream(path);
    } catch (IOException | SecurityException none) {
      return null;
    }
  }

  void nextBytes(byte[] bytes) {
    if (!isFilled(bytes)) {
      Jdk.RANDOM.nextBytes(bytes);
    }
  }

  private boolean isFilled(byte[] bytes) {
    try {
      return device != null && device.readNBytes(bytes, 0, bytes.length) == bytes.length;
    } catch (IOException failed) {
      return false;
    }
  }
}
