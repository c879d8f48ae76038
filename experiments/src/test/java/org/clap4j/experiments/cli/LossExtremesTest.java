package org.clap4j.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.inject.Injector;
import com.google.inject.Key;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.io.SafeTensorsWriter;
import org.clap4j.core.model.LossFactory;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.experiments.inject.Clap4jInjector;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every loss by its name, in both precisions, where its formula is hardest to compute. */
class LossExtremesTest {

  private static final Injector INJECTOR = Clap4jInjector.create(List.of(), Map.of());

  private static final int DIM = 4;

  /** Far more than eight pairs take. */
  private static final Duration NO_HANG = Duration.ofSeconds(20);

  /** What the losses that are made of losses cannot do without. */
  private static final Map<String, List<String>> NEEDED =
      Map.of(
          "matryoshka", List.of("dims=[2, 4]", "of.type=info-nce"),
          "weighted-sum", List.of("parts.a.of.type=sigmoid", "parts.b.of.type=triplet"));

  /** The other forms of losses that have several. */
  private static final List<List<String>> FORMS =
      List.of(
          List.of("supcon", "anchors=cross-modal"),
          List.of("triplet", "negatives=all"),
          List.of("hard-negative", "beta=0"),
          List.of("hard-negative", "weights=detached", "beta=2"),
          List.of("info-nce", "label-smoothing=0.5", "temperature.type=per-direction"));

  private final Path in;
  private final Path out;
  private final StringWriter errors = new StringWriter();

  LossExtremesTest(@TempDir Path directory) {
    in = directory.resolve("in.safetensors");
    out = directory.resolve("out.safetensors");
  }

  static Stream<List<String>> losses() {
    List<List<String>> losses = new ArrayList<>();
    for (String name : INJECTOR.getInstance(new Key<Map<String, LossFactory<?>>>() {}).keySet()) {
      List<String> loss = new ArrayList<>(List.of(name));
      loss.addAll(NEEDED.getOrDefault(name, List.of()));
      losses.add(loss);
    }
    losses.addAll(FORMS);
    return losses.stream();
  }

  /** N rows for the one side or the other. */
  private static double[] draw(int pairs, double length, String side) {
    SplittableRandom random = RandomSeed.of(pairs).split(side).generator();
    double[] rows = new double[pairs * DIM];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = length / Math.sqrt(DIM) * random.nextGaussian();
    }
    return rows;
  }

  private int evaluate(List<String> loss) {
    List<String> arguments = new ArrayList<>(List.of("loss"));
    arguments.addAll(loss);
    arguments.addAll(List.of("--in", in.toString(), "--out", out.toString()));
    CommandLine program = Clap4j.commandLine(INJECTOR);
    program.setErr(new PrintWriter(errors, true));
    return Assertions.assertTimeoutPreemptively(
        NO_HANG, () -> program.execute(arguments.toArray(new String[0])));
  }

  /** Embeddings and a scale, in both precisions. */
  private List<SafeTensorsWriter> files(double[] audio, double[] text, double logLogitScale) {
    long pairs = audio.length / DIM;
    return List.of(
        new SafeTensorsWriter()
            .doubles("audio", audio, pairs, DIM)
            .doubles("text", text, pairs, DIM)
            .doubles("log_logit_scale", new double[] {logLogitScale}),
        new SafeTensorsWriter()
            .floats("audio", floats(audio), pairs, DIM)
            .floats("text", floats(text), pairs, DIM)
            .floats("log_logit_scale", new float[] {(float) logLogitScale}));
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private void assertFinite(
      String what, List<String> loss, double[] audio, double[] text, double scale)
      throws IOException {
    for (SafeTensorsWriter file : files(audio, text, Math.log(scale))) {
      file.write(in);
      String where = loss + ", " + what + ": ";
      assertEquals(0, evaluate(loss), where + errors);
      try (SafeTensors results = SafeTensors.open(out)) {
        for (String name : results.names()) {
          double[] values = results.doubles(name);
          assertTrue(Arrays.stream(values).allMatch(Double::isFinite), where + name);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void batchesOfOneAndTwoPairsAreFinite(List<String> loss) throws IOException {
    for (int pairs : new int[] {1, 2}) {
      double[] audio = draw(pairs, 1, "audio");
      assertFinite(pairs + " pairs", loss, audio, draw(pairs, 1, "text"), 100);
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void duplicatesAreFinite(List<String> loss) throws IOException {
    double[] same = new double[8 * DIM];
    Arrays.fill(same, 0.5);
    assertFinite("all the same", loss, same, same, 100);
    double[] opposite = Arrays.stream(same).map(x -> -x).toArray();
    assertFinite("all opposite", loss, same, opposite, 100);
  }

  @ParameterizedTest
  @MethodSource("losses")
  void zeroVectorsAreFinite(List<String> loss) throws IOException {
    double[] zeros = new double[8 * DIM];
    double[] text = draw(8, 1, "text");
    assertFinite("clips are zero", loss, zeros, text, 100);
    assertFinite("all are zero", loss, zeros, zeros, 100);
    double[] oneZero = draw(8, 1, "audio");
    Arrays.fill(oneZero, 0, DIM, 0);
    assertFinite("one clip is zero", loss, oneZero, text, 100);
  }

  /** Logits up to some 1e8, whose exponentials are far beyond any range. */
  @ParameterizedTest
  @MethodSource("losses")
  void logitsFarOutAreFinite(List<String> loss) throws IOException {
    double[] audio = draw(8, 1000, "audio");
    assertFinite("far out", loss, audio, draw(8, 1000, "text"), 100);
    assertFinite("near nothing", loss, draw(8, 1e-20, "audio"), draw(8, 1e-20, "text"), 1e-6);
  }

  @ParameterizedTest
  @MethodSource("losses")
  void whatIsNotFiniteIsRefused(List<String> loss) throws IOException {
    double[] audio = draw(8, 1, "audio");
    audio[5] = Double.NaN;
    for (SafeTensorsWriter file : files(audio, draw(8, 1, "text"), 1)) {
      file.write(in);
      errors.getBuffer().setLength(0);
      assertEquals(2, evaluate(loss));
      assertEquals(
          "clap4j: " + in + ": array 'audio' must hold finite numbers, holds NaN or infinity\n",
          errors.toString());
      assertTrue(Files.notExists(out));
    }
  }

  /** Products of 1e60 do not fit into a float. */
  @ParameterizedTest
  @MethodSource("losses")
  void logitsBeyondTheRangeOfFloatsAreRefused(List<String> loss) throws IOException {
    if (loss.get(0).equals("matryoshka")) {
      return; // makes unit rows of what it is given
    }
    files(draw(8, 1e30, "audio"), draw(8, 1e30, "text"), 1).get(1).write(in);
    assertEquals(2, evaluate(loss));
    assertEquals(
        "clap4j: "
            + in
            + ": the value or a gradient of "
            + loss.get(0)
            + " is beyond the range of FLOAT; give shorter embeddings, a lower log_logit_scale, or"
            + " both in double precision\n",
        errors.toString());
    assertTrue(Files.notExists(out));
  }
}
