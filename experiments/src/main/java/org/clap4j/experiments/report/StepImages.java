package org.clap4j.experiments.report;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.clap4j.core.tracking.RunTracker;

/**
 * Pictures that belong to steps, in {@code images/} of a run directory, by the names that MLflow's
 * {@code log_image} gives them: its dashboard shows them in a grid with a slider over the steps. It
 * wants a small picture beside each; ours are small, so that is the same.
 */
public final class StepImages {

  private static final String FOLDER = "images/";
  private static final Map<String, String> TAG = Map.of("mlflow.loggedImages", "true");

  private StepImages() {}

  /**
   * Writes a picture and tells the tracker. That of a step which training repeats replaces the
   * first.
   *
   * @param key its name, with {@code /} for groups: {@code val/similarity}
   */
  public static void save(
      Path run, String key, long step, long timeMillis, BufferedImage image, RunTracker tracker)
      throws IOException {
    Path folder = Files.createDirectories(run.resolve(FOLDER));
    String ofStep = key.replace('/', '~') + "+step+" + step + "+timestamp+";
    String id = UUID.nameUUIDFromBytes(ofStep.getBytes(StandardCharsets.UTF_8)).toString();
    String name = earlier(folder, ofStep, id).orElse(ofStep + timeMillis + "+" + id);
    for (String file : new String[] {name + ".png", name + "+compressed.png"}) {
      ImageIO.write(image, "png", folder.resolve(file).toFile());
      tracker.artifact(folder.resolve(file), FOLDER + file);
    }
    tracker.tags(TAG);
  }

  /** The name under which the step has the picture already. */
  private static Optional<String> earlier(Path folder, String ofStep, String id)
      throws IOException {
    String end = "+" + id + ".png";
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.startsWith(ofStep) && name.endsWith(end))
          .map(name -> name.substring(0, name.length() - ".png".length()))
          .findFirst();
    }
  }
}
