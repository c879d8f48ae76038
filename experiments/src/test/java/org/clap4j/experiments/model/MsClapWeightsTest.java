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

  @Test
  void otherFrontEndIsRefusedUnlessAllowed() throws IOException {
    Golden golden = Golden.fixture("msclap2022_tiny");
    String towers = TOWERS_2022.replace("preset: ms-clap-2022", "preset: panns");
    assertEquals(
        "pretrained.audio-encoder: the weights of "
            + golden.path("model.safetensors")
            + " (ms-clap-2022) were trained with the front end ms-clap-2022 (44100 Hz, FFT 1024,"
            + " hop 320, 64 mel bins, 50.0-14000.0 Hz, scale slaney, norm slaney),"
            + " audio-encoder.front-end is panns (32000 Hz, FFT 1024, hop 320, 64 mel bins,"
            + " 50.0-14000.0 Hz, scale slaney, norm slaney); set audio-encoder.front-end to the"
            + " former, {preset: ms-clap-2022}, or pretrained.audio-encoder.front-end-mismatch to"
            + " allow",
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
            + " (audio_encoder.base.htsat.logmel_extractor.melW): of panns, htsat, and not those of"
            + " audio-encoder.front-end, ms-clap-2023 (44100 Hz, FFT 1024, hop 320, 64 mel bins,"
            + " 50.0-8000.0 Hz, scale slaney, norm slaney); set the front end's sample rate and"
            + " frequencies to the weights' own, or pretrained.model.front-end-mismatch to allow",
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
