package org.clap4j.experiments.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import javax.imageio.ImageIO;
import org.clap4j.core.tracking.TrackedRun;
import org.clap4j.training.tracking.JournalEntry;
import org.clap4j.training.tracking.JournalReader;
import org.clap4j.training.tracking.JournalSummary;
import org.clap4j.training.tracking.JournalTracker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StepImagesTest {

  private static final int OPAQUE = 0xFF000000;

  @TempDir private Path run;

  @Test
  void pictureOfARepeatedStepReplacesTheFirstUnderTheNameOfMlflowsGrid() throws IOException {
    try (JournalTracker tracker =
        JournalTracker.open(TrackedRun.fresh("run", run), Clock.systemUTC())) {
      for (int size = 1; size <= 2; size++) {
        BufferedImage image = HeatMap.draw(new double[][] {{0, 1}}, size);
        StepImages.save(run, "val/similarity", 7, 1000L * size, image, tracker);
      }
    }
    List<String> paths =
        new JournalReader(run.resolve(JournalTracker.FILE_NAME))
            .readAll().stream()
                .filter(JournalEntry.Artifact.class::isInstance)
                .map(entry -> ((JournalEntry.Artifact) entry).artifactPath())
                .distinct()
                .toList();
    assertEquals(2, paths.size());
    String uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    String name = "images/val~similarity\\+step\\+7\\+timestamp\\+1000\\+" + uuid;
    assertTrue(paths.get(0).matches(name + "\\.png"), paths.get(0));
    assertTrue(paths.get(1).matches(name + "\\+compressed\\.png"), paths.get(1));
    assertEquals(2, ImageIO.read(run.resolve(paths.get(0)).toFile()).getHeight());
    assertEquals("true", JournalSummary.read(run).tags().get("mlflow.loggedImages"));
  }

  @Test
  void leastValueIsVioletAndGreatestYellow() {
    BufferedImage image = HeatMap.draw(new double[][] {{-3, 5}, {1, 1}}, 2);
    assertEquals(4, image.getWidth());
    assertEquals(OPAQUE | 0x440154, image.getRGB(1, 1));
    assertEquals(OPAQUE | 0xFDE725, image.getRGB(2, 0));
    assertEquals(OPAQUE | 0x21918C, image.getRGB(0, 2));
  }

  @Test
  void constantMatrixIsOneColour() {
    assertEquals(OPAQUE | 0x440154, HeatMap.draw(new double[][] {{2}}, 1).getRGB(0, 0));
  }
}
