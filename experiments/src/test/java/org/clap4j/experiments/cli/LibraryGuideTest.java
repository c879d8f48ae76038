package org.clap4j.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.clap4j.core.audio.FfmpegAudioReader;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.experiments.Clap;
import org.clap4j.experiments.cli.TestProgram.Answer;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the programs of docs/library.md as they stand there. */
class LibraryGuideTest {

  /** Of the guide's list of captions, in its order. */
  private static final Pattern COSINE = Pattern.compile("(?m)^(a .+): (-?[0-9.E-]+)$");

  private static final Pattern LOSS = Pattern.compile("(?m)^step [0-9]+ loss ([0-9.E-]+)$");

  private static final Path GUIDE = Path.of("../docs/library.md");
  private static final Golden GOLDEN = Golden.fixture("hf_clap_folder");

  @TempDir private Path folder;

  private Path program(String name) throws IOException {
    Pattern fence =
        Pattern.compile("```java\n((?:(?!```).)*public class " + name + " .*?)```", Pattern.DOTALL);
    List<MatchResult> found = fence.matcher(Files.readString(GUIDE)).results().toList();
    assertEquals(1, found.size(), name);
    return Files.writeString(folder.resolve(name + ".java"), found.get(0).group(1));
  }

  @Test
  void samplesAreEmbeddedWithoutConfiguration() throws Exception {
    String printed =
        JavaProgram.run(
            JavaProgram.wholeClassPath(),
            program("EmbedSamples"),
            folder.resolve("log.txt"),
            GOLDEN.path("model"));
    List<MatchResult> lines = COSINE.matcher(printed).results().toList();
    assertEquals(
        List.of("a train passes", "a dog barks near the sea"),
        lines.stream().map(line -> line.group(1)).toList(),
        printed);
    for (MatchResult line : lines) {
      double cosine = Double.parseDouble(line.group(2));
      assertTrue(cosine != 0 && Math.abs(cosine) < 1, printed);
    }
  }

  @Test
  void encoderLearnsInAGraphOfDl4js() throws Exception {
    String printed =
        JavaProgram.run(
            JavaProgram.encodersClassPath(), program("ToneOrNoise"), folder.resolve("log.txt"));
    double[] losses =
        LOSS.matcher(printed)
            .results()
            .mapToDouble(line -> Double.parseDouble(line.group(1)))
            .toArray();
    assertEquals(12, losses.length, printed);
    assertTrue(losses[11] < losses[0] / 2, printed);
  }

  /** WAV files of the model's rate, so that embed does not resample either. */
  @Test
  void facadeGivesTheEmbeddingsOfTheCommands() throws IOException {
    Path model = GOLDEN.path("model");
    Path clip = GOLDEN.path("clips/clip1.wav");
    Path captions = GOLDEN.path("captions.txt");
    Path out = folder.resolve("out.safetensors");
    try (Clap clap = Clap.open(model)) {
      assertEquals(
          new Answer(0, "", ""), TestProgram.run("embed", "audio", model, "--out", out, clip));
      assertRows(out, clap.embedAudio(List.of(new FfmpegAudioReader().read(clip, 48_000))));
      assertEquals(
          new Answer(0, "", ""),
          TestProgram.run("embed", "text", model, "--out", out, "--captions", captions));
      float[][] texts = clap.embedText(Files.readAllLines(captions));
      assertRows(out, texts);
      assertEquals(1, Clap.cosine(texts[0], texts[0]), 1e-6);
      assertEquals(1 / 0.07, clap.logitScale(), 1e-4);
    }
  }

  private static void assertRows(Path expected, float[][] rows) throws IOException {
    try (SafeTensors tensors = SafeTensors.open(expected)) {
      float[][] embeddings = tensors.array("embeddings").toFloatMatrix();
      assertEquals(embeddings.length, rows.length);
      for (int n = 0; n < rows.length; n++) {
        assertArrayEquals(embeddings[n], rows[n]);
      }
    }
  }
}
