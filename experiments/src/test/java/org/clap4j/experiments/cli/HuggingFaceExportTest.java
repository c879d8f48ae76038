package org.clap4j.experiments.cli;

import static org.clap4j.experiments.cli.TestProgram.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.clap4j.core.io.DirectoryTree;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.experiments.cli.TestProgram.Answer;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@code export --format hf}: to transformers, and back. */
class HuggingFaceExportTest {

  /** Float32, different summation orders. */
  private static final double TOLERANCE = 1e-4;

  private static final Golden GOLDEN = Golden.fixture("hf_clap_folder");

  /** HTS-AT and RoBERTa as small as they get, trained for two steps. */
  private static final String CONFIG =
      """
      name: small
      runs: %s
      data: {type: synthetic, train-clips: 8, validation-clips: 4, test-clips: 4, seconds: 1}
      audio-encoder:
        type: htsat
        width: 8
        depths: [2, 1, 1]
        heads: [1, 2, 2]
        image-size: 128
        feed-forward-ratio: 2
        front-end: {preset: laion, sample-rate-hz: 24000, hop-length: 240, max-frequency-hz: 11000}
      text-encoder:
        type: roberta
        vocabulary-size: 405
        positions: 40
        layers: 1
        width: 16
        heads: 2
        feed-forward: 32
      tokenizer: {type: huggingface, path: %s, max-length: 38}
      head: {type: laion, dim: 16}
      loss: {type: info-nce}
      optimizer: {type: adamw, lr: 0.01}
      schedule: {type: constant}
      training: {batch-size: 4, epochs: 1}
      clip: {seconds: 2, fill: pad}
      tracking: {type: journal}
      """;

  @TempDir private static Path shared;
  private static Path run = Path.of("");
  private static Path clips = Path.of("");

  @TempDir private Path folder;

  @BeforeAll
  static void trainSmallModel() throws IOException {
    Path config =
        Files.writeString(
            shared.resolve("small.yaml"),
            CONFIG.formatted(shared.resolve("runs"), GOLDEN.path("model/tokenizer.json")));
    run = trained(config);
    clips = Files.createDirectory(shared.resolve("clips"));
    Tone.write(clips.resolve("a.wav"), 300, 2, 24_000);
    Tone.write(clips.resolve("b.wav"), 2_000, 0.7, 24_000);
  }

  private static Path trained(Path config) {
    Answer answer = run("train", config);
    assertEquals(0, answer.status(), answer.err());
    return Path.of(answer.out().lines().findFirst().orElseThrow());
  }

  private static Path exported(Path model, Path out) {
    assertEquals(new Answer(0, "", ""), run("export", model, "--format", "hf", "--out", out));
    return out;
  }

  private static Set<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  private INDArray audio(Path model, Path clips) throws IOException {
    return embeddings("embed", "audio", model, "--out", folder.resolve("e.safetensors"), clips);
  }

  private INDArray text(Path model) throws IOException {
    Path captions = GOLDEN.path("captions.txt");
    Path out = folder.resolve("e.safetensors");
    return embeddings("embed", "text", model, "--out", out, "--captions", captions);
  }

  private INDArray embeddings(Object... command) throws IOException {
    assertEquals(new Answer(0, "", ""), run(command));
    try (SafeTensors tensors = SafeTensors.open(folder.resolve("e.safetensors"))) {
      return tensors.array("embeddings");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf_clap_folder", "hf_clap_fusion_folder"})
  void folderOfTransformersComesBackBitForBit(String fixture) throws IOException {
    Golden golden = Golden.fixture(fixture);
    Path out = exported(golden.path("model"), folder.resolve("above/out"));
    try (SafeTensors theirs = golden.open("model/model.safetensors");
        SafeTensors ours = SafeTensors.open(out.resolve("model.safetensors"))) {
      assertEquals(Set.copyOf(theirs.names()), Set.copyOf(ours.names()));
      for (String name : theirs.names()) {
        assertEquals(theirs.info(name).type(), ours.info(name).type(), name);
        assertEquals(theirs.info(name).shape(), ours.info(name).shape(), name);
        assertEquals(theirs.array(name), ours.array(name), name);
      }
    }
    assertEquals(
        Set.of(
            "config.json",
            "model.safetensors",
            "preprocessor_config.json",
            "processor_config.json",
            "tokenizer.json",
            "tokenizer_config.json"),
        names(out));
    Golden.assertClose(
        "audio_embeds",
        golden.array("expected.safetensors", "audio_embeds"),
        audio(out, golden.path("clips")),
        TOLERANCE);
  }

  @Test
  void trainedModelEmbedsTheSameFromItsFolder() throws IOException {
    Path out = exported(run, folder.resolve("out"));
    assertEquals(audio(run, clips), audio(out, clips));
    assertEquals(text(run), text(out));
  }

  @Test
  void modelSaysThatTransformersTakesIt() throws IOException {
    try (Stream<Path> models = Files.list(run.resolve("models"))) {
      String readme = Files.readString(models.findFirst().orElseThrow().resolve("README.md"));
      assertTrue(readme.contains("\nclap4j export MODEL --format hf --out my-clap\n"), readme);
    }
  }

  @Test
  void transformersEmbedsAsTheTrainedModelDoes() throws IOException, InterruptedException {
    Path out = exported(run, folder.resolve("out"));
    assertTransformersAgrees(out, clips, audio(run, clips), text(run));
  }

  @Test
  void transformersEmbedsAsItDidFromItsOwnFolder() throws IOException, InterruptedException {
    Path out = exported(GOLDEN.path("model"), folder.resolve("out"));
    assertTransformersAgrees(
        out,
        GOLDEN.path("clips"),
        GOLDEN.array("expected.safetensors", "audio_embeds"),
        GOLDEN.array("expected.safetensors", "text_embeds"));
  }

  @Test
  void transformersFusesLongClipsAsWeDo() throws IOException, InterruptedException {
    Golden fused = Golden.fixture("hf_clap_fusion_folder");
    Path model = fused.path("model");
    Path out = exported(model, folder.resolve("out"));
    INDArray expected = fused.array("expected.safetensors", "audio_embeds");
    assertTransformersAgrees(out, fused.path("clips"), expected, text(model));
  }

  @Test
  void transformersFusesLongClipsAsTheModelThatWasTrainedWithThem()
      throws IOException, InterruptedException {
    Path fused =
        trained(varied("audio-encoder: {fusion: aff-2d, front-end: {preset: laion-fusion}}"));
    Path out = exported(fused, folder.resolve("out"));
    Path longClips = Files.createDirectory(folder.resolve("clips"));
    Tone.write(longClips.resolve("a.wav"), 300, 5.3, 24_000);
    Tone.write(longClips.resolve("b.wav"), 2_000, 0.7, 24_000);
    Tone.write(longClips.resolve("c.wav"), 900, 2.1, 24_000);
    Tone.write(longClips.resolve("less-than-a-hop-more.wav"), 500, 2.004, 24_000);
    assertTransformersAgrees(out, longClips, audio(fused, longClips), text(fused));
  }

  /** The small configuration with clips of three seconds, longer than its window. */
  private Path varied(String sections) throws IOException {
    return Files.writeString(
        folder.resolve("varied.yaml"),
        "extends: " + shared.resolve("small.yaml") + "\ndata: {seconds: 3}\n" + sections + "\n");
  }

  private void assertTransformersAgrees(Path model, Path clips, INDArray audio, INDArray text)
      throws IOException, InterruptedException {
    Path theirs = folder.resolve("theirs.safetensors");
    TransformersPython.embed(model, clips, GOLDEN.path("captions.txt"), theirs);
    try (SafeTensors tensors = SafeTensors.open(theirs)) {
      Golden.assertClose("audio", audio, tensors.array("audio_embeds"), TOLERANCE);
      Golden.assertClose("text", text, tensors.array("text_embeds"), TOLERANCE);
    }
  }

  @Test
  void modelOfOtherPartsIsWrittenAsItIsAndNamesThem() throws IOException {
    Path other = trained(TestProgram.config(folder));
    Path out = folder.resolve("out");
    assertEquals(
        new Answer(
            1,
            "",
            "clap4j: transformers has no class for this model: audio-encoder.type is cnn14, must be"
                + " htsat; text-encoder.type is transformer, must be roberta; tokenizer.type is"
                + " words, must be huggingface; head.type is linear, must be laion. "
                + out
                + " holds its arrays under their own names instead (model.safetensors, config.yaml,"
                + " the tokenizer), which transformers does not load; --format dl4j writes any"
                + " model\n"),
        run("export", other, "--format", "hf", "--out", out));
    assertEquals(Set.of("config.yaml", "model.safetensors", "vocabulary.json"), names(out));
    try (SafeTensors checkpoint = SafeTensors.open(other.resolve("best/model.safetensors"));
        SafeTensors written = SafeTensors.open(out.resolve("model.safetensors"))) {
      assertEquals(Set.copyOf(checkpoint.names()), Set.copyOf(written.names()));
      for (String name : checkpoint.names()) {
        assertEquals(checkpoint.array(name), written.array(name), name);
      }
    }
    assertEquals(
        Files.readString(other.resolve("config.yaml")),
        Files.readString(out.resolve("config.yaml")));
  }

  @Test
  void optionsThatTransformersLacksAreNamed() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("odd.yaml"),
            "extends: "
                + shared.resolve("small.yaml")
                + "\n"
                + "text-encoder: {pooling: mean}\n"
                + "tokenizer: {suffix: ' .'}\n"
                + "clip: {seconds: 1.5}\n"
                + "audio-encoder: {front-end: {preset: laion-fusion}}\n");
    Path odd = trained(config);
    Path out = folder.resolve("out");
    assertEquals(
        new Answer(
            1,
            "",
            "clap4j: transformers has no class for this model: text-encoder.pooling is mean, must"
                + " be pooler; tokenizer.suffix is ' .', must be empty; audio-encoder.front-end has"
                + " mel bands of scale HTK and norm NONE, must be SLANEY and SLANEY, as the preset"
                + " laion has; clip.seconds is 1.5, must be whole seconds. "
                + out
                + " holds its arrays under their own names instead (model.safetensors, config.yaml,"
                + " the tokenizer), which transformers does not load; --format dl4j writes any"
                + " model\n"),
        run("export", odd, "--format", "hf", "--out", out));
  }

  @Test
  void fusionsThatTransformersLacksAreNamed() throws IOException {
    assertLacks(
        "audio-encoder.fusion is channel-map, must be none or aff-2d",
        "audio-encoder: {fusion: channel-map, front-end: {preset: laion-fusion}}");
    assertLacks(
        "audio-encoder.front-end has mel bands of scale SLANEY and norm SLANEY, must be HTK and"
            + " NONE, as the preset laion-fusion has; audio-encoder.front-end.mel-bins is 32, must"
            + " be 64 with fusion",
        "audio-encoder: {fusion: aff-2d, image-size: 64, window-size: 4, front-end: {mel-bins: 32,"
            + " hop-length: 480}}");
  }

  private void assertLacks(String misfits, String sections) throws IOException {
    Path out = folder.resolve("out");
    Answer answer = run("export", trained(varied(sections)), "--format", "hf", "--out", out);
    assertEquals(1, answer.status());
    assertEquals(
        "clap4j: transformers has no class for this model: " + misfits,
        answer.err().substring(0, answer.err().indexOf(". " + out)));
    DirectoryTree.delete(out);
  }

  @Test
  void directoryThatHoldsSomethingIsRefused() throws IOException {
    Files.writeString(folder.resolve("notes.txt"), "mine");
    assertEquals(
        new Answer(
            2,
            "",
            "clap4j: "
                + folder
                + ": there is something already; --out takes a directory that is new or empty\n"),
        run("export", run, "--format", "hf", "--out", folder));
    assertEquals(List.of("notes.txt"), List.copyOf(names(folder)));
  }
}
