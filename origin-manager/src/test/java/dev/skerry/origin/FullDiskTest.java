package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.bindings.StorageArea;
import dev.skerry.fetch.PartitionKey;
import dev.skerry.fetch.Url;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A storage file on a disk that is full when the host closes: what was set last is lost, and nothing hangs. */
final class FullDiskTest {

  private static final AtomicBoolean FULL = new AtomicBoolean();

  @TempDir
  private Path folder;

  /** The disk, under the scheme {@code filling}. */
  public static final class FillingPath extends FilePathWrapper {

    @Override
    public String getScheme() {
      return "filling";
    }

    @Override
    public FileChannel open(String mode) throws IOException {
      return new FillingFile(super.open(mode));
    }
  }

  /** A file that takes no more bytes once the disk is full. */
  private static final class FillingFile extends FileBaseDefault {

    private final FileChannel file;

    FillingFile(FileChannel file) {
      this.file = file;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      if (FULL.get()) {
        throw new IOException("no space left on device");
      }
      return file.write(source, position);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return file.read(target, position);
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    protected void implTruncate(long size) throws IOException {
      file.truncate(size);
    }

    @Override
    public void force(boolean metadata) throws IOException {
      file.force(metadata);
    }

    @Override
    public java.nio.channels.FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return file.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      file.close();
    }
  }

  @Test
  void givenADiskThatIsFullWhenTheStorageClosesThenItEnds() throws Exception {
    FilePath.register(new FillingPath());
    StorageShed shed = StorageShed.in(Path.of("filling:" + folder.resolve("storage")), 1 << 20);
    StorageArea area = shed.area(PartitionKey.topLevel(Url.parse("http://a.localhost/").origin()), 1 << 20);
    assertTrue(area.set("name", "value"));
    FULL.set(true);
    try {
      assertTimeoutPreemptively(Duration.ofSeconds(60), shed::close);
    } finally {
      FULL.set(false);
    }
    assertFalse(area.set("name", "later"));
  }
}
