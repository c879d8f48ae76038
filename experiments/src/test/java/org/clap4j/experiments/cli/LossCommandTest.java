package org.clap4j.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.io.SafeTensorsWriter;
import org.clap4j.core.io.TensorType;
import org.clap4j.experiments.inject.Clap4jInjector;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine;

class LossCommandTest {

  /** Doubles throughout. */
  private static final double TOLERANCE = 1e-12;

  private static final double[] EYE = {1, 0, 0, 1};

  private final Path in;
  private final Path out;
  private final StringWriter errors = new StringWriter();

  LossCommandTest(@TempDir Path directory) {
    in = directory.resolve("in.safetensors");
    out = directory.resolve("out.safetensors");
  }

  private int run(String... arguments) {
    CommandLine program = Clap4j.commandLine(Clap4jInjector.create(List.of(), Map.of()));
    program.setErr(new PrintWriter(errors, true));
    return program.execute(arguments);
  }

  /** Evaluates a loss with options, from the one file to the other. */
  private int evaluate(String... lossAndOptions) {
    List<String> arguments = new ArrayList<>(List.of("loss"));
    arguments.addAll(List.of(lossAndOptions));
    arguments.addAll(List.of("--in", in.toString(), "--out", out.toString()));
    return run(arguments.toArray(new String[0]));
  }

  private SafeTensorsWriter pairs() {
    return new SafeTensorsWriter().doubles("audio", EYE, 2, 2).doubles("text", EYE, 2, 2);
  }

  @Test
  void doublesGiveDoubles() throws IOException {
    pairs().doubles("log_logit_scale", new double[] {Math.log(3)}).write(in);
    assertEquals(0, evaluate("info-nce"));
    double wrong = 1 / (1 + Math.exp(3)); // the probability of the other pair
    try (SafeTensors file = SafeTensors.open(out)) {
      assertEquals(Set.of("loss", "grad_audio", "grad_text", "grad_log_logit_scale"), file.names());
      assertEquals(TensorType.F64, file.info("loss").type());
      assertEquals(List.of(), file.info("loss").shape());
      assertEquals(List.of(), file.info("grad_log_logit_scale").shape());
      Golden.assertClose("loss", -Math.log(1 - wrong), file.doubles("loss")[0], TOLERANCE);
      Golden.assertClose(
          "gradient",
          new double[] {-1.5 * wrong, 1.5 * wrong, 1.5 * wrong, -1.5 * wrong},
          file.doubles("grad_audio"),
          TOLERANCE);
      Golden.assertClose(
          "scale gradient", -3 * wrong, file.doubles("grad_log_logit_scale")[0], TOLERANCE);
    }
  }

  @Test
  void equalIdsArePositivesAndOptionsAreConfigurationKeys() throws IOException {
    pairs().longs("ids", new long[] {7, 7}, 2).write(in);
    assertEquals(
        0, evaluate("multi-positive", "temperature.type=fixed", "temperature.initial-scale=2"));
    try (SafeTensors file = SafeTensors.open(out)) {
      assertEquals(Set.of("loss", "grad_audio", "grad_text"), file.names());
      double expected = Math.log(Math.exp(2) + 1) - 1;
      Golden.assertClose("loss", expected, file.doubles("loss")[0], TOLERANCE);
    }
  }

  @Test
  void clipsAndCaptionsHaveIdsOfTheirOwn() throws IOException {
    pairs()
        .longs("clip_ids", new long[] {7, 7}, 2)
        .longs("caption_ids", new long[] {1, 2}, 2)
        .write(in);
    double oneRightAnswer = Math.log(Math.exp(2) + 1) - 2;
    double twoRightAnswers = oneRightAnswer + 1;
    Golden.assertClose("by caption", oneRightAnswer, multiPositive("caption"), TOLERANCE);
    Golden.assertClose("by clip", twoRightAnswers, multiPositive("clip"), TOLERANCE);
  }

  private double multiPositive(String share) throws IOException {
    assertEquals(
        0,
        evaluate(
            "multi-positive",
            "share=" + share,
            "temperature.type=fixed",
            "temperature.initial-scale=2"));
    try (SafeTensors file = SafeTensors.open(out)) {
      return file.doubles("loss")[0];
    }
  }

  @Test
  void idsAreGivenOneWayOrTheOther() throws IOException {
    pairs().longs("ids", new long[] {1, 2}, 2).longs("clip_ids", new long[] {1, 2}, 2).write(in);
    assertEquals(2, evaluate("info-nce"));
    assertEquals(
        "clap4j: " + in + ": has both 'ids' and 'clip_ids'; leave out one of them\n",
        errors.toString());
  }

  @Test
  void floatsGiveFloats() throws IOException {
    new SafeTensorsWriter().array("audio", Nd4j.eye(2)).array("text", Nd4j.eye(2)).write(in);
    assertEquals(0, evaluate("info-nce"));
    try (SafeTensors file = SafeTensors.open(out)) {
      assertEquals(TensorType.F32, file.info("grad_text").type());
      assertArrayEquals(new long[] {2, 2}, file.info("grad_text").shapeArray());
    }
  }

  @Test
  void saysWhatIsWrongInOneLine() throws IOException {
    new SafeTensorsWriter().doubles("audio", EYE, 2, 2).write(in);
    assertEquals(2, evaluate("info-nce"));
    assertEquals("clap4j: " + in + ": has no array 'text'; it has [audio]\n", errors.toString());
    assertFalse(Files.exists(out));
  }

  @Test
  void suggestsTheNameThatWasMeant() throws IOException {
    pairs().write(in);
    assertEquals(2, evaluate("infonce"));
    assertEquals(
        "clap4j: command line 'type=infonce': loss.type 'infonce' is not known; known: audio-to-text,"
            + " decoupled, hard-negative, info-nce, laion-mlp, matryoshka, multi-positive, sigmoid,"
            + " supcon, text-to-audio, triplet, weighted-sum. Did you mean 'info-nce'?\n",
        errors.toString());
  }

  @Test
  void lossesThatAreMadeOfLossesTakeTheirOptionsByPath() throws IOException {
    pairs().write(in);
    assertEquals(
        0,
        evaluate("matryoshka", "dims=[1, 2]", "of.type=multi-positive", "of.share=clip"),
        errors.toString());
    try (SafeTensors file = SafeTensors.open(out)) {
      assertEquals(Set.of("loss", "grad_audio", "grad_text", "grad_log_logit_scale"), file.names());
    }
    assertEquals(
        0,
        evaluate(
            "weighted-sum",
            "parts.near.of.type=triplet",
            "parts.all.of.type=sigmoid",
            "parts.all.weight=0.5"),
        errors.toString());
    try (SafeTensors file = SafeTensors.open(out)) {
      assertEquals(
          Set.of(
              "loss", "grad_audio", "grad_text", "grad_all.log_logit_scale", "grad_all.logit_bias"),
          file.names());
    }
  }
}
