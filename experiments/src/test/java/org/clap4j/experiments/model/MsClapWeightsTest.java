package org.clap4j.experiments.model;

import static org.clap4j.testkit.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.audio.MelFilterBank;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.io.SafeTensorsWriter;
import org.clap4j.experiments.config.ConfigException;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Tiny models with the names of MS CLAP 2022 and 2023, as wholes and in parts. */
class MsClapWeightsTest {

  /** The fixtures' own for float32. */
  private static final double TOLERANCE = 1e-5;

  private static final String TOWERS_2022 =
      """
      audio-encoder: {type: cnn14, base-channels: 2, blocks: 6, features: 48,
                      front-end: {preset: ms-clap-2022}}
      text-encoder: {type: bert, vocabulary-size: 180, positions: 32, layers: 2, width: 40,
                     heads: 4, feed-forward: 80}
      tokenizer: {type: words, max-length: 32}
      head: {type: ms-clap, dim: 24}
      """;

  private static final String TOWERS_2023 =
      """
      audio-encoder: {type: htsat, width: 8, depths: [2, 2, 2, 2], heads: [1, 2, 2, 4],
                      front-end: {preset: ms-clap-2023}}
      text-encoder: {type: gpt2, vocabulary-size: 160, positions: 24, layers: 2, width: 40,
                     heads: 4, feed-forward: 160, pooling: non-zero-count}
      tokenizer: {type: words, max-length: 24}
      head: {type: ms-clap, dim: 28}
      """;

  private static String pretrained(String key, Golden golden, String options) {
    return "pretrained: {%s: {path: '%s'%s}}\n"
        .formatted(key, golden.path("model.safetensors"), options);
  }

  private static void assertGivesTheFixturesEmbeddings(Golden golden, String towers)
      throws IOException {
    try (ClapModel model = PretrainedModels.create(towers + pretrained("model", golden, ""));
        SafeTensors io = golden.open("io.safetensors");
        SafeTensors weights = golden.open("model.safetensors")) {
      assertClose(
          "audio_embeds",
          io.array("audio_embeds"),
          model.towers().embedAudio(io.array("input_features")),
          TOLERANCE);
      assertClose(
          "caption_embeds",
          io.array("caption_embeds"),
          model.towers().embedText(PretrainedModels.tokens(io)),
          TOLERANCE);
      assertClose(
          "logit_scale",
          weights.array("logit_scale", DataType.DOUBLE).getDouble(0),
          model.towers().lossParameters().scalar("log_logit_scale"),
          TOLERANCE);
    }
  }

  @Test
  void model2022GivesTheFixturesEmbeddings() throws IOException {
    assertGivesTheFixturesEmbeddings(Golden.fixture("msclap2022_tiny"), TOWERS_2022);
  }

  @Test
  void model2023GivesTheFixturesEmbeddings() throws IOException {
    assertGivesTheFixturesEmbeddings(Golden.fixture("msclap2023_tiny"), TOWERS_2023);
  }

  /** Data-parallel training, compiled modules, modules that hold the model, and several at once. */
  @ParameterizedTest
  @ValueSource(strings = {"module.", "_orig_mod.", "model.", "model._orig_mod.module."})
  void whatWrappersPutBeforeAllNamesIsPassedOver(String wrapper, @TempDir Path folder)
      throws IOException {
    Golden golden = Golden.fixture("msclap2022_tiny");
    SafeTensorsWriter writer = new SafeTensorsWriter();
    try (SafeTensors tensors = golden.open("model.safetensors")) {
      for (String name : tensors.names()) {
        writer.array(wrapper + name, tensors.array(name));
      }
    }
    Path file = folder.resolve("wrapped.safetensors");
    writer.write(file);
    String wrapped = "pretrained: {model: {path: '" + file + "'}}\n";
    try (ClapModel expected =
            PretrainedModels.create(TOWERS_2022 + pretrained("model", golden, ""));
        ClapModel model = PretrainedModels.create(TOWERS_2022 + wrapped)) {
      assertEquals(expected.towers().flatParameters(), model.towers().flatParameters());
    }
  }

  @Test
  void otherFrontEndIsRefusedUnlessAllowed() throws IOException {
    Golden golden = Golden.fixture("msclap2022_tiny");
    String towers = TOWERS_2022.replace("preset: ms-clap-2022", "preset: panns");
    assertEquals(
        "pretrained.audio-encoder: the weights of "
            + golden.path("model.safetensors")
            + " (ms-clap-2022) were trained with another front end than audio-encoder.front-end:"
            + " sample-rate-hz 44100 instead of 32000; set audio-encoder.front-end to {preset:"
            + " ms-clap-2022}, or pretrained.audio-encoder.front-end-mismatch to allow",
        assertThrows(
                ConfigException.class,
                () ->
                    PretrainedModels.create(towers + pretrained("audio-encoder", golden, ""))
                        .close())
            .getMessage());
    PretrainedModels.create(
            towers + pretrained("audio-encoder", golden, ", front-end-mismatch: allow"))
        .close();
  }

  /** A checkpoint of 2023 brings its mel bands along; with its code's own they would be PANNs'. */
  @Test
  void melBandsOfA2023CheckpointMustBeThePresets(@TempDir Path folder) throws IOException {
    PretrainedModels.create(TOWERS_2023 + withMelBands(folder, "ms-clap-2023")).close();
    String panns = withMelBands(folder, "panns");
    String message =
        String.valueOf(
            assertThrows(
                    ConfigException.class,
                    () -> PretrainedModels.create(TOWERS_2023 + panns).close())
                .getMessage());
    assertEquals(
        "holds the mel bands that its audio encoder was trained with"
            + " (audio_encoder.base.htsat.logmel_extractor.melW): those of panns, htsat, and not of"
            + " audio-encoder.front-end: sample-rate-hz 32000 instead of 44100, max-frequency-hz"
            + " 14000.0 instead of 8000.0; set the front end's sample rate and frequencies to the"
            + " weights' own, or pretrained.model.front-end-mismatch to allow",
        message.substring(message.indexOf("holds")));
  }

  private static String withMelBands(Path folder, String preset) throws IOException {
    Path file = folder.resolve(preset + ".safetensors");
    SafeTensorsWriter writer = new SafeTensorsWriter();
    try (SafeTensors tensors = Golden.fixture("msclap2023_tiny").open("model.safetensors")) {
      for (String name : tensors.names()) {
        writer.array(name, tensors.array(name));
      }
    }
    float[][] bank_MK = MelFilterBank.of(LogMelSettings.preset(preset)).dense();
    writer.array(
        "audio_encoder.base.htsat.logmel_extractor.melW",
        Nd4j.createFromArray(bank_MK).transpose().dup('c'));
    writer.write(file);
    return "pretrained: {model: {path: '" + file + "'}}\n";
  }
}
