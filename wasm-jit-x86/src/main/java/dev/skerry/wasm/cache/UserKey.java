package dev.skerry.wasm.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * The user's random key, which entries on disk are authenticated with: 32 bytes in a file of mode 600, made when it is
 * first needed. It never lies in the folder of the cache, so who can write there only cannot forge.
 */
final class UserKey {

  static final int BYTES = 32;

  private UserKey() {
  }

  /** Where it lies unless somebody says otherwise: the user's folder of state; null if the user has none. */
  static Path usualPlace() {
    Path state = PrivateFiles.userFolder(System.getenv(), "XDG_STATE_HOME", ".local/state");
    return state == null ? null : state.resolve("skerry").resolve("code-cache.key");
  }

  /**
   * The key in a file, made now if the file is not there.
   *
   * @throws IOException if the file is no such key, or open to others
   */
  static byte[] at(Path file) throws IOException {
    if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
      make(file);
    }
    try (FileChannel in = PrivateFiles.open(file)) {
      ByteBuffer key = ByteBuffer.allocate(BYTES);
      while (key.hasRemaining() && in.read(key) >= 0) {
        continue;
      }
      if (key.hasRemaining() || in.size() != BYTES) {
        throw new IOException(file + " is no key: it should have " + BYTES + " bytes");
      }
      return key.array();
    }
  }

  /** Of several processes that do so at once one wins, and no one ever sees half a key. */
  private static void make(Path file) throws IOException {
    PrivateFiles.requireFolder(file.getParent(), file.getFileName().toString());
    byte[] key = new byte[BYTES];
    SecureRandom random = new SecureRandom();
    random.nextBytes(key);
    Path whole = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid() + "-"
        + Long.toHexString(random.nextLong()));
    try {
      try (FileChannel out = PrivateFiles.create(whole)) {
        ByteBuffer bytes = ByteBuffer.wrap(key);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      }
      Files.createLink(file, whole);
    } catch (FileAlreadyExistsException other) {
      // Another process was first: its key is the one.
      return;
    } finally {
      Files.deleteIfExists(whole);
    }
  }
}
