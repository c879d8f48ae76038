package org.clap4j.training.tracking.mlflow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What an artifact consists of. */
final class ArtifactFiles {

  private ArtifactFiles() {}

  /**
   * The file, or the files of the folder, sorted, by the path that each has on the server.
   *
   * @param artifactPath path of the whole; empty for a folder whose files stand alone
   */
  static Map<String, Path> of(Path source, String artifactPath) throws IOException {
    // A link such as checkpoints/best is followed once: moved meanwhile, it must not mix two.
    Path root = source.toRealPath();
    if (!Files.isDirectory(root)) {
      return Map.of(artifactPath, root);
    }
    List<Path> found;
    try (Stream<Path> below = Files.walk(root)) {
      found = below.filter(Files::isRegularFile).sorted().toList();
    }
    Map<String, Path> files = new LinkedHashMap<>();
    for (Path file : found) {
      String below = root.relativize(file).toString().replace('\\', '/');
      files.put(artifactPath.isEmpty() ? below : artifactPath + "/" + below, file);
    }
    return files;
  }
}
