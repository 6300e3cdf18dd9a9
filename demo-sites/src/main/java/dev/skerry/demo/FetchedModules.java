package dev.skerry.demo;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Map;
import java.util.Optional;

/**
 * The modules of others, which are not part of the demo: {@code fetch.sh} puts them into a folder, where each is looked
 * for when it is asked for. Only the names of the table below are ever read.
 */
final class FetchedModules {

  /** The folder, where it is not {@code gallery} in the build's own {@code target}. */
  static final String FOLDER = "skerry.gallery";

  private static final String USUAL_FOLDER = "gallery";
  private static final String BUILD_FOLDER = "target";
  /** The folder of the site that each module belongs to. */
  private static final Map<String, String> SITE_FOLDER = Map.of("quickjs.wasm", "prompt", "sql.wasm", "sql");

  /** Null where this program does not run from a build. */
  private final Path folder;

  /** @param folder where the modules may be; null for nowhere */
  FetchedModules(Path folder) {
    this.folder = folder;
  }

  /** Those of {@code -Dskerry.gallery=FOLDER}, or of the build that this class comes from. */
  static FetchedModules usual() {
    String named = System.getProperty(FOLDER);
    return new FetchedModules(named == null ? besideTheBuild() : Path.of(named));
  }

  private static Path besideTheBuild() {
    CodeSource source = FetchedModules.class.getProtectionDomain().getCodeSource();
    try {
      for (Path at = source == null ? null : Path.of(source.getLocation().toURI()); at != null; at = at.getParent()) {
        if (at.endsWith(BUILD_FOLDER)) {
          return at.resolve(USUAL_FOLDER);
        }
      }
    } catch (URISyntaxException | RuntimeException notInAFolder) {
      return null;
    }
    return null;
  }

  /** Whether a module was fetched. */
  boolean has(String name) {
    return folder != null && SITE_FOLDER.containsKey(name) && Files.isRegularFile(folder.resolve(name));
  }

  /** The module of that name, if it belongs to the site and was fetched. */
  Optional<byte[]> read(Site site, String name) throws IOException {
    return has(name) && site.folders().contains(SITE_FOLDER.get(name))
        ? Optional.of(Files.readAllBytes(folder.resolve(name)))
        : Optional.empty();
  }
}
