package dev.skerry.wasm.cache;

import dev.skerry.wasm.regalloc.CompiledFunction;
import java.io.EOFException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.slf4j.LoggerFactory;

/**
 * Which compiler this is: a digest of the checksums of all the engine's classes, so that code made by another build is
 * never found. Of a jar it is the digest of the list of contents, which has the checksums: to read its rows one by one
 * takes a cold JVM as long as all else that leads to an entry.
 */
final class CompilerBuild {

  private static final String ENGINE = "dev/skerry/wasm/";
  private static final String CLASS = ".class";

  // The end of a jar (APPNOTE.TXT, 4.3.16).
  private static final int END_MARK = 0x0605_4b50;
  private static final int END_BYTES = 22;
  private static final int END_LIST_BYTES = 12;
  private static final int END_LIST_AT = 16;
  private static final int LONGEST_COMMENT = 0xffff;

  private CompilerBuild() {
  }

  /** The digest; where the classes are nowhere to be read, a name that no other process has. */
  static String digest() {
    return Holder.DIGEST;
  }

  /** Computed when first needed; the classes of a process don't change. */
  private static final class Holder {
    private static final String DIGEST = get();

    private static String get() {
      try {
        return compute(place());
      } catch (IOException unknown) {
        LoggerFactory.getLogger("skerry.cache").warn("Compiled code is of no use to other processes: {}",
            unknown.getMessage());
        return "unknown " + UUID.randomUUID();
      }
    }
  }

  private static Path place() throws IOException {
    CodeSource source = CompiledFunction.class.getProtectionDomain().getCodeSource();
    try {
      if (source != null && source.getLocation() != null) {
        return Path.of(source.getLocation().toURI());
      }
    } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
      throw new IOException("the engine's classes are in no file: " + source.getLocation(), e);
    }
    throw new IOException("the engine's classes are in no file");
  }

  static String compute(Path place) throws IOException {
    return HexFormat.of().formatHex(Sha256.of(Files.isDirectory(place) ? ofFolder(place) : listOfContents(place)));
  }

  /** A jar's list of contents: a row at the file's end says where it is, and has a comment behind it at most. */
  private static byte[] listOfContents(Path jar) throws IOException {
    try (FileChannel file = FileChannel.open(jar)) {
      long size = file.size();
      int tailBytes = (int) Math.min(size, END_BYTES + LONGEST_COMMENT);
      ByteBuffer tail = read(file, size - tailBytes, tailBytes);
      for (int at = tailBytes - END_BYTES; at >= 0; at--) {
        if (tail.getInt(at) == END_MARK) {
          long from = Integer.toUnsignedLong(tail.getInt(at + END_LIST_AT));
          return read(file, from, tail.getInt(at + END_LIST_BYTES)).array();
        }
      }
    }
    throw new IOException(jar + " is no jar");
  }

  private static ByteBuffer read(FileChannel file, long from, int length) throws IOException {
    if (length < 0 || length > file.size() - from) {
      throw new IOException("its list of contents is not there");
    }
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, from + bytes.position()) < 0) {
        throw new EOFException("it became shorter while it was read");
      }
    }
    return bytes;
  }

  private static byte[] ofFolder(Path folder) throws IOException {
    SortedMap<String, Long> checksums = new TreeMap<>();
    List<Path> classes;
    try (Stream<Path> files = Files.walk(folder.resolve(ENGINE))) {
      classes = files.filter(file -> file.toString().endsWith(CLASS)).collect(Collectors.toList());
    }
    for (Path file : classes) {
      CRC32 checksum = new CRC32();
      checksum.update(Files.readAllBytes(file));
      checksums.put(folder.relativize(file).toString(), checksum.getValue());
    }
    StringBuilder list = new StringBuilder();
    checksums.forEach((name, checksum) -> list.append(name).append(' ').append(checksum).append('\n'));
    return list.toString().getBytes(StandardCharsets.UTF_8);
  }
}
