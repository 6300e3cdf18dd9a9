package dev.skerry.wasm.fuzz;

import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.testing.SampleModules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;

/** Writes the modules that Jazzer begins with into a folder. */
public final class Seeds {

  private Seeds() {
  }

  /** @param args the folder */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    List<byte[]> samples = List.of(SampleModules.everySection(), SampleModules.everyOperator(
        EnumSet.allOf(Feature.class)), SampleModules.everyStructure(), SampleModules.everyReferenceAndException());
    for (int i = 0; i < samples.size(); i++) {
      Files.write(folder.resolve("sample" + i), samples.get(i));
    }
  }
}
