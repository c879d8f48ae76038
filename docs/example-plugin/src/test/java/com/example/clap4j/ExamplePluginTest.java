package com.example.clap4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.inject.Module;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import org.clap4j.core.io.SafeTensorsWriter;
import org.clap4j.experiments.cli.Clap4j;
import org.clap4j.experiments.inject.Clap4jInjector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine;

/** Runs clap4j's own command line with the plug-in on the class path, as {@code ./clap4j} does. */
class ExamplePluginTest {

  private static final String CONFIG = "example.yaml";

  @TempDir Path folder;

  private record Answer(int status, String out, String err) {}

  private static Answer run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine program =
        Clap4j.commandLine(Clap4jInjector.create(ServiceLoader.load(Module.class), Map.of()))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    int status = program.execute(arguments);
    return new Answer(status, out.toString(), err.toString());
  }

  @Test
  void keysOfThePlugInAreListed() {
    Answer answer = run("config", "keys", "audio-encoder.type");
    assertEquals(
        new Answer(
            0,
            "audio-encoder.type (cnn10 | cnn14 | cnn6 | htsat | moments; required): audio encoder, and with it the front end\n",
            ""),
        answer);
    assertTrue(
        run("config", "keys", "loss")
            .out()
            .contains(
                """
                # with loss.type: ranking
                loss.margin (number; default 0.2): by how much the right cosine must exceed a wrong one, above 0
                """));
  }

  @Test
  void misspeltNameIsRefusedWithThePlugInsName() {
    assertEquals(
        new Answer(
            2,
            "",
            "clap4j: command line 'audio-encoder.type=momentz': audio-encoder.type 'momentz' is not"
                + " known; known: cnn10, cnn14, cnn6, htsat, moments. Did you mean 'moments'?\n"),
        run("config", "show", CONFIG, "audio-encoder.type=momentz"));
  }

  @Test
  void optionOutOfItsRangeIsRefusedWithItsPlace() {
    assertEquals(
        new Answer(
            2,
            "",
            "clap4j: command line 'loss.margin=0': loss.margin must be finite and above 0, was 0.0\n"),
        run("config", "show", CONFIG, "loss.margin=0"));
  }

  @Test
  void weightsWithNamesOfThePlugInsFormatAreLoadedOrNamed() throws IOException {
    Path weights = folder.resolve("moments.safetensors");
    SafeTensorsWriter all =
        new SafeTensorsWriter()
            .array("net.0.weight", Nd4j.ones(128))
            .array("net.0.bias", Nd4j.zeros(128))
            .array("net.1.weight", Nd4j.ones(4, 128))
            .array("net.1.bias", Nd4j.zeros(4))
            .array("net.3.weight", Nd4j.ones(4, 4))
            .array("classifier.weight", Nd4j.ones(10, 4));
    all.write(weights);
    String[] command = {
      "describe", CONFIG, "audio-encoder.width=4", "pretrained.audio-encoder.path=" + weights
    };
    assertEquals(
        new Answer(
            1,
            "",
            "clap4j: "
                + weights
                + ": the weights do not fit the model: 1 missing: audio_encoder.output.bias\n"),
        run(command));
    all.array("net.3.bias", Nd4j.zeros(4)).write(weights);
    Answer described = run(command);
    assertEquals(0, described.status(), described.err());
  }

  @Test
  void modelOfThePlugInsPartsIsTrainedAndLoadedAgain() throws IOException {
    Answer trained =
        run(
            "train",
            CONFIG,
            "runs=" + folder,
            "data.train-clips=16",
            "data.validation-clips=8",
            "data.test-clips=8",
            "data.seconds=1",
            "clip.seconds=1",
            "training.batch-size=8",
            "training.epochs=1",
            "text-encoder.width=16",
            "text-encoder.layers=1");
    assertEquals(0, trained.status(), trained.err());
    String run = trained.out().lines().findFirst().orElseThrow();
    Path captions = Files.writeString(folder.resolve("captions.txt"), "a low hum\na chirp\n");
    Answer embedded =
        run(
            "embed",
            "text",
            run,
            "--captions",
            captions.toString(),
            "--out",
            folder.resolve("text.safetensors").toString());
    assertEquals(0, embedded.status(), embedded.err());
  }
}
