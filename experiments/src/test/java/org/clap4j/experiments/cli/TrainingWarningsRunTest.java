package org.clap4j.experiments.cli;

import static org.clap4j.experiments.cli.TestProgram.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import org.clap4j.experiments.cli.TestProgram.Answer;
import org.clap4j.training.tracking.JournalSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What training logs of its batches, and what it warns of, in runs in which that goes wrong. */
class TrainingWarningsRunTest {

  private static final String WARNING = "clap4j.warning.";
  private static final int CLIPS = 8;

  @TempDir Path folder;

  /**
   * Trains on tones, all of them in each step; gives what was warned of, as tag and as message.
   *
   * @param hertz of each clip
   * @param caption of each clip
   * @param steps long enough for a warning: 200 or more
   */
  private Set<String> train(
      IntToDoubleFunction hertz, IntFunction<String> caption, int steps, String... settings)
      throws IOException {
    Path tones = Files.createDirectories(folder.resolve("tones/train"));
    for (int clip = 0; clip < CLIPS; clip++) {
      Tone.write(tones.resolve("tone-" + clip + ".wav"), hertz.applyAsDouble(clip), 1);
      Files.writeString(tones.resolve("tone-" + clip + ".txt"), caption.apply(clip) + "\n");
    }
    Path config = TestProgram.config(folder);
    Files.writeString(
        folder.resolve("data.yaml"),
        "type: folder\nroot: " + tones.getParent() + "\nsplit-by: sub-folder\n");
    List<String> words =
        new ArrayList<>(
            List.of(
                "train",
                config.toString(),
                "clip.seconds=0.3",
                "audio-encoder.block-dropout=0",
                "audio-encoder.feature-dropout=0",
                "training.epochs=0",
                "training.steps=" + steps,
                "training.checkpoint-every=" + steps));
    words.addAll(List.of(settings));
    Answer trained = run(words.toArray());
    assertEquals(0, trained.status(), trained.err());
    Set<String> warned = new HashSet<>();
    JournalSummary.read(Path.of(trained.out().lines().findFirst().orElseThrow()))
        .tags()
        .forEach(
            (tag, message) -> {
              if (tag.startsWith(WARNING)) {
                assertTrue(trained.err().contains(message), trained.err());
                warned.add(tag.substring(WARNING.length()));
              }
            });
    return warned;
  }

  private static double tone(int clip) {
    return 150 * Math.pow(1.5, clip);
  }

  private static String caption(int clip) {
    return List.of("hum", "drone", "horn", "note", "call", "chirp", "whine", "hiss").get(clip);
  }

  @Test
  void aRunThatLearnsIsLeftAlone() throws IOException {
    assertEquals(
        Set.of(),
        train(
            TrainingWarningsRunTest::tone,
            TrainingWarningsRunTest::caption,
            220,
            "optimizer.lr=2e-3"));
  }

  @Test
  void clipsThatAllSoundAlikeLeaveTheLossAtLnN() throws IOException {
    Set<String> warned =
        train(clip -> 440, TrainingWarningsRunTest::caption, 260, "optimizer.lr=2e-3");
    assertTrue(warned.contains("loss"), warned::toString);
  }

  @Test
  void aScaleThatMayNotGrowSitsAtItsClamp() throws IOException {
    assertEquals(
        Set.of("logit_scale"),
        train(
            TrainingWarningsRunTest::tone,
            TrainingWarningsRunTest::caption,
            240,
            "optimizer.lr=2e-3",
            "loss.temperature={type: learnable, initial-scale: 5, max-scale: 5}"));
  }

  @Test
  void captionsThatRepeatPoisonABatch() throws IOException {
    assertEquals(
        Set.of("duplicates"),
        train(TrainingWarningsRunTest::tone, clip -> caption(clip / 2), 2, "optimizer.lr=2e-3"));
  }

  /** The hardest negative of half of the clips is their own caption. */
  @Test
  void hardestNegativesThatAreNoneMakeATowerCollapse() throws IOException {
    Set<String> warned =
        train(
            TrainingWarningsRunTest::tone,
            clip -> caption(clip / 2),
            260,
            "optimizer.lr=1e-2",
            "loss={type: triplet}");
    assertTrue(
        warned.contains("text_collapse") || warned.contains("audio_collapse"), warned::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{type: info-nce}",
        "{type: info-nce, temperature: {type: fixed}}",
        "{type: triplet}",
        "{type: sigmoid}",
        "{type: laion-mlp}",
        "{type: matryoshka, dims: [4, 8], of: {type: info-nce}}"
      })
  void everyRunLogsWhatTellsHowItsBatchesAre(String loss) throws IOException {
    Answer trained = run("train", TestProgram.config(folder), "loss=" + loss);
    assertEquals(0, trained.status(), trained.err());
    Set<String> logged =
        JournalSummary.read(Path.of(trained.out().lines().findFirst().orElseThrow()))
            .curves()
            .keySet();
    for (String name :
        List.of(
            "logit_scale",
            "positive_similarity",
            "easiest_positive",
            "negative_similarity",
            "hardest_negative",
            "audio_to_text_accuracy",
            "text_to_audio_accuracy",
            "alignment",
            "audio_uniformity",
            "text_uniformity",
            "duplicate_share",
            "grad_norm_audio",
            "grad_norm_text")) {
      assertTrue(logged.contains("train/" + name), () -> name + " is not in " + logged);
    }
    boolean learnsScale = !loss.contains("fixed") && !loss.contains("triplet");
    assertEquals(
        learnsScale,
        logged.stream().anyMatch(name -> name.matches("train/grad_norm_.*logit_scale")),
        logged::toString);
  }
}
