package org.clap4j.experiments.cli;

import static org.clap4j.experiments.cli.TestProgram.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.experiments.cli.TestProgram.Answer;
import org.clap4j.experiments.model.ClapModel;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Commands on configurations that name pretrained weights. */
class PretrainedRunTest {

  /** The fixture's own: float32, different summation orders. */
  private static final double TOLERANCE = 1e-4;

  /** The folder's model and front end. */
  private static final String CLAP =
      """
      name: clap
      data: {type: synthetic}
      audio-encoder: {type: htsat, width: 16, depths: [2, 2, 2, 2], heads: [2, 2, 4, 4],
                      front-end: {preset: laion}}
      text-encoder: {type: roberta, vocabulary-size: 405, positions: 82, layers: 2, width: 48,
                     heads: 4, feed-forward: 96, layer-norm-eps: 1e-12}
      tokenizer: {type: huggingface, path: %1$s}
      head: {type: laion, dim: 32}
      pretrained: {model: {path: %1$s}}
      loss: {type: info-nce}
      optimizer: {type: adamw}
      schedule: {type: constant}
      clip: {seconds: 10}
      """;

  private final Golden checkpoints = Golden.fixture("pretrained");
  private final Golden huggingFace = Golden.fixture("hf_clap_folder");

  private final Path folder;

  PretrainedRunTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static Path trained(Object... command) {
    Answer answer = run(command);
    assertEquals(0, answer.status(), answer.err());
    return Path.of(answer.out().lines().findFirst().orElseThrow());
  }

  private void assertHasPannsEncoder(Path run) throws IOException {
    try (SafeTensors model = SafeTensors.open(run.resolve("last").resolve("model.safetensors"));
        SafeTensors weights = checkpoints.open("panns_tiny.safetensors")) {
      for (String name : model.names()) {
        if (name.startsWith("audio_encoder.")) {
          String theirs = name.substring("audio_encoder.".length());
          assertEquals(weights.array(theirs), model.array(name), name);
        }
      }
    }
  }

  @Test
  void frozenEncoderKeepsItsWeightsAndResumingNeedsTheirFileNoMore() throws IOException {
    Path weights = folder.resolve("panns.pth");
    Files.copy(checkpoints.path("panns_tiny.pth"), weights);
    Path config = TestProgram.config(folder);
    Object[] keys = {
      "audio-encoder={type: cnn10, base-channels: 2}",
      "training.freeze={audio-until-step: 1000, audio-extent: encoder}"
    };
    Path run =
        trained("train", config, keys[0], keys[1], "pretrained.audio-encoder.path=" + weights);
    assertHasPannsEncoder(run);
    String log = Files.readString(run.resolve("log.txt"));
    assertTrue(
        log.contains("pretrained.audio-encoder: 46 arrays of " + weights + " (panns) fill 46"),
        log);
    Files.delete(weights);
    Answer resumed = run("resume", run, "training.epochs=2");
    assertEquals(0, resumed.status(), resumed.err());
    assertHasPannsEncoder(run);

    Path next = trained("train", config, keys[0], keys[1], "pretrained.audio-encoder.path=" + run);
    assertHasPannsEncoder(next);
    assertEquals(
        new Answer(1, "", "clap4j: " + weights + ": there is no such file; check the path\n"),
        run("describe", config, keys[0], "pretrained.audio-encoder.path=" + weights));
  }

  @Test
  void textEncoderOfARunIsBoundToItsTokenizer() throws IOException {
    Path config = TestProgram.config(folder);
    Path run = trained("train", config);
    Path next =
        trained("train", config, "pretrained.text-encoder.path=" + run, "training.epochs=1");
    assertTrue(
        Files.readString(next.resolve("log.txt")).contains(" (clap4j) fill "), next.toString());
    String checkpoint = run.resolve("checkpoints").resolve("step-2").toString();
    assertEquals(
        new Answer(
            2,
            "",
            "clap4j: pretrained.text-encoder: the text encoder of "
                + checkpoint
                + " was trained with another tokenizer: vocabulary.json would not be the same;"
                + " choose its tokenizer, and for type words the captions that it was trained on\n"),
        run("describe", config, "data.train-clips=1", "pretrained.text-encoder.path=" + run));
  }

  @Test
  void configurationWithPretrainedModelIsAModel() throws IOException {
    Path config =
        Files.writeString(folder.resolve("clap.yaml"), CLAP.formatted(huggingFace.path("model")));
    Path out = folder.resolve("out.safetensors");
    Answer text =
        run("embed", "text", config, "--captions", huggingFace.path("captions.txt"), "--out", out);
    assertEquals(0, text.status(), text.err());
    assertEmbeddings("text_embeds", out);
    Answer audio = run("embed", "audio", config, huggingFace.path("clips"), "--out", out);
    assertEquals(0, audio.status(), audio.err());
    assertEmbeddings("audio_embeds", out);
  }

  @Test
  void cutCaptionsAreWarnedOfOnceWithTheirNumber() throws IOException {
    String yaml = CLAP.formatted(huggingFace.path("model"));
    Path config =
        Files.writeString(
            folder.resolve("short.yaml"),
            yaml.replace("type: huggingface,", "type: huggingface, max-length: 8,"));
    Path captions =
        Files.writeString(
            folder.resolve("captions.txt"),
            "a\nrain falls on a tin roof while a dog barks\nwind in trees and a far away train\n");
    Logger logger = (Logger) LoggerFactory.getLogger(ClapModel.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    Answer answer;
    try {
      answer =
          run(
              "embed",
              "text",
              config,
              "--captions",
              captions,
              "--out",
              folder.resolve("out.safetensors"));
    } finally {
      logger.detachAppender(lines);
    }
    assertEquals(0, answer.status(), answer.err());
    assertEquals(
        List.of(
            "2 of the captions had more than 8 tokens and were cut; to keep them whole, raise"
                + " tokenizer.max-length"),
        lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
  }

  private void assertEmbeddings(String expected, Path out) throws IOException {
    try (SafeTensors found = SafeTensors.open(out)) {
      Golden.assertClose(
          expected,
          huggingFace.array("expected.safetensors", expected),
          found.array("embeddings"),
          TOLERANCE);
    }
  }

  @Test
  void configurationWithoutPretrainedModelIsNone() throws IOException {
    Path config = TestProgram.config(folder);
    assertEquals(
        new Answer(
            1,
            "",
            "clap4j: "
                + config
                + ": names no weights of a whole model (pretrained.model), so its model is not"
                + " trained; train it and give the run\n"),
        run(
            "embed",
            "text",
            config,
            "--captions",
            huggingFace.path("captions.txt"),
            "--out",
            folder.resolve("out.safetensors")));
  }
}
