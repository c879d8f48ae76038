package org.clap4j.experiments.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.clap4j.core.io.AtomicDirectory;
import org.clap4j.core.model.Tower;
import org.clap4j.experiments.config.ConfigWriter;
import org.clap4j.experiments.model.ClapModel;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;

/**
 * Writes each tower as a {@code ComputationGraph} in DL4J's own form, {@code audio-tower.zip} and
 * {@code text-tower.zip}, beside what makes their inputs: {@code config.yaml}, the tokenizer's
 * file. DL4J restores them with {@code ComputationGraph.load(file, false)} where the encoders'
 * module is on the class path.
 */
public final class Dl4jExport {

  private Dl4jExport() {}

  /**
   * Writes the directory, whole or not at all.
   *
   * @param folder a place where nothing is, or an empty directory
   * @throws ExportException if a tower is too large for DL4J's files
   * @throws IOException if it cannot be written
   */
  public static void write(ClapModel model, Path folder) throws IOException {
    AtomicDirectory.write(
        folder,
        aside -> {
          writeTower(model, Tower.AUDIO, aside.resolve("audio-tower.zip"));
          writeTower(model, Tower.TEXT, aside.resolve("text-tower.zip"));
          Files.writeString(aside.resolve("config.yaml"), ConfigWriter.yaml(model.config()));
          model.tokenizer().save(aside);
        });
  }

  /** DL4J reads an entry of a zip file into one array of bytes. */
  private static void requireFits(ComputationGraph graph, Tower tower) throws ExportException {
    long bytes = graph.numParams() * graph.params().dataType().width();
    if (bytes > Integer.MAX_VALUE) {
      throw new ExportException(
          "the %s tower has %,d bytes of parameters, DL4J's files hold less than 2 GB; use --format hf"
              .formatted(tower.name().toLowerCase(Locale.ROOT), bytes));
    }
  }

  private static void writeTower(ClapModel model, Tower tower, Path file) throws IOException {
    ComputationGraph graph = model.towers().graphOf(tower);
    try {
      requireFits(graph, tower);
      ModelSerializer.writeModel(graph, file.toFile(), false);
    } finally {
      graph.params().close();
    }
  }
}
