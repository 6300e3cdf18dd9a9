package dev.skerry.wasm.cache;

import dev.skerry.wasm.regalloc.CompiledFunction;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.slf4j.LoggerFactory;

/**
 * Which compiler this is: a digest of the checksums of all the engine's classes, so that code made by another build is
 * never found. From a jar it is read out of the list of contents.
 */
final class CompilerBuild {

  private static final String ENGINE = "dev/skerry/wasm/";
  private static final String CLASS = ".class";

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
    SortedMap<String, Long> checksums = Files.isDirectory(place) ? ofFolder(place) : ofJar(place);
    StringBuilder list = new StringBuilder();
    checksums.forEach((name, checksum) -> list.append(name).append(' ').append(checksum).append('\n'));
    return HexFormat.of().formatHex(Sha256.of(list.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static SortedMap<String, Long> ofJar(Path jar) throws IOException {
    SortedMap<String, Long> checksums = new TreeMap<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements();) {
        ZipEntry entry = entries.nextElement();
        if (entry.getName().startsWith(ENGINE) && entry.getName().endsWith(CLASS)) {
          checksums.put(entry.getName(), entry.getCrc());
        }
      }
    }
    return checksums;
  }

  private static SortedMap<String, Long> ofFolder(Path folder) throws IOException {
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
    return checksums;
  }
}
