package org.clap4j.experiments.model;

import static org.clap4j.testkit.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.io.SafeTensorsWriter;
import org.clap4j.core.io.TensorFile;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.model.Parameter;
import org.clap4j.core.model.Part;
import org.clap4j.encoders.weights.WeightFiles;
import org.clap4j.experiments.config.ConfigException;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.LoggerFactory;

/** Checkpoints as the field has them, into the encoders that they belong to. */
class StartingWeightsTest {

  /** Float32 against transformers in double precision. */
  private static final double TOLERANCE = 1e-5;

  private static final String TINY_HEAD = "head: {type: linear, dim: 4}\n";
  private static final String TINY_AUDIO =
      "audio-encoder: {type: cnn14, base-channels: 2, blocks: 2}\n";
  private static final String TINY_TEXT =
      """
      text-encoder: {type: transformer, layers: 1, width: 8, heads: 2, feed-forward: 8}
      tokenizer: {type: words, max-length: 18}
      """;
  private static final String CNN10 =
      "audio-encoder: {type: cnn10, base-channels: 2, front-end: {preset: panns}}\n";
  private static final String LAION =
      """
      audio-encoder: {type: htsat, width: 4, depths: [1, 2, 1, 1], heads: [1, 1, 2, 2],
                      front-end: {preset: laion}}
      text-encoder: {type: roberta, vocabulary-size: 50, positions: 20, layers: 1, width: 16,
                     heads: 2, feed-forward: 24}
      tokenizer: {type: words, max-length: 18}
      head: {type: laion, dim: 12}
      """;
  private static final String HTSAT =
      """
      audio-encoder: {type: htsat, width: 8, depths: [2, 2, 2, 2], heads: [1, 2, 2, 4],
                      front-end: {preset: panns}}
      """;
  private static final String BERT =
      """
      text-encoder: {type: bert, vocabulary-size: 180, positions: 32, layers: 2, width: 40,
                     heads: 4, feed-forward: 80}
      tokenizer: {type: words, max-length: 18}
      """;
  private static final String GPT2 =
      """
      text-encoder: {type: gpt2, vocabulary-size: 160, positions: 24, layers: 2, width: 40,
                     heads: 4, feed-forward: 160}
      tokenizer: {type: words, max-length: 18}
      """;

  private final Golden fixtures = Golden.fixture("pretrained");
  private final Path panns = fixtures.path("panns_tiny.pth");

  private final Path folder;

  StartingWeightsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static String pretrained(String key, Path path, String options) {
    return "pretrained: {%s: {path: '%s'%s}}\n".formatted(key, path, options);
  }

  private static String audioFrom(Path path, String options) {
    return TINY_TEXT + TINY_HEAD + pretrained("audio-encoder", path, options);
  }

  private static String textFrom(Path path, String options) {
    return TINY_AUDIO + TINY_HEAD + pretrained("text-encoder", path, options);
  }

  private static String refusal(Class<? extends Exception> type, String yaml) {
    return String.valueOf(
        assertThrows(type, () -> PretrainedModels.create(yaml).close()).getMessage());
  }

  /**
   * Checks the parameters of a part against arrays of a file, and the others against a fresh model.
   */
  private static void assertFilled(
      String yaml, Part part, Path expected, UnaryOperator<String> nameInFile) throws IOException {
    String fresh = yaml.substring(0, yaml.indexOf("pretrained:"));
    try (ClapModel model = PretrainedModels.create(yaml);
        ClapModel untouched = PretrainedModels.withoutWeights(fresh);
        SafeTensors file = SafeTensors.open(expected)) {
      List<Parameter> parameters = model.towers().parameters();
      for (int i = 0; i < parameters.size(); i++) {
        Parameter parameter = parameters.get(i);
        INDArray value =
            parameter.part() == part
                ? file.array(nameInFile.apply(parameter.name()))
                : untouched.towers().parameters().get(i).value();
        assertEquals(value, parameter.value(), parameter.name());
      }
    }
  }

  @Test
  void laionCheckpointGivesTransformersEmbeddings() throws IOException {
    Path file = fixtures.path("laion_tiny.pt");
    try (ClapModel model = PretrainedModels.create(LAION + pretrained("model", file, ""));
        SafeTensors io = fixtures.open("laion_tiny_io.safetensors")) {
      assertClose(
          "audio_embeds",
          io.array("audio_embeds"),
          model.towers().embedAudio(io.array("input_features")),
          TOLERANCE);
      assertClose(
          "text_embeds",
          io.array("text_embeds"),
          model.towers().embedText(PretrainedModels.tokens(io)),
          TOLERANCE);
    }
  }

  @Test
  void laionsTransformsAndBothScalesFillTheLossThatHasThem() throws IOException {
    Path weights = folder.resolve("laion.safetensors");
    Map<String, INDArray> transforms = new LinkedHashMap<>();
    SafeTensorsWriter writer = new SafeTensorsWriter();
    try (TensorFile file = WeightFiles.open(fixtures.path("laion_tiny.pt"), "")) {
      for (String name : file.names()) {
        if (!name.contains("_transform.") && !name.contains("logit_scale")) {
          writer.array(name, file.array(name, DataType.FLOAT));
        }
      }
    }
    for (String side : List.of("audio", "text")) {
      transforms.put(side + "_transform.sequential.0.weight", numbers(12, 12));
      transforms.put(side + "_transform.sequential.0.bias", numbers(12));
      transforms.put(side + "_transform.sequential.3.weight", numbers(12, 12));
      transforms.put(side + "_transform.sequential.3.bias", numbers(12));
    }
    transforms.put("logit_scale_a", Nd4j.scalar(DataType.FLOAT, 3.5));
    transforms.put("logit_scale_t", Nd4j.scalar(DataType.FLOAT, 2.5));
    transforms.forEach((name, array) -> writer.array("module." + name, array));
    writer.write(weights);
    String yaml = LAION + pretrained("model", weights, "");
    try (ClapModel model = PretrainedModels.create(yaml + "loss: {type: laion-mlp}\n")) {
      LossParameters loss = model.towers().lossParameters();
      assertEquals(transforms.size(), loss.arrays().size());
      transforms.forEach(
          (name, array) ->
              assertEquals(
                  array.reshape(loss.get(ours(name)).shape()), loss.get(ours(name)), name));
    }
    try (ClapModel model = PretrainedModels.create(yaml)) {
      assertEquals(3.5, model.towers().lossParameters().scalar("log_logit_scale"), TOLERANCE);
    }
  }

  /** Clips are compared with transformed captions at the scale of audio. */
  private static String ours(String laions) {
    return switch (laions) {
      case "logit_scale_a" -> "audio.log_logit_scale";
      case "logit_scale_t" -> "text.log_logit_scale";
      default ->
          (laions.startsWith("text_") ? "audio." : "text.")
              + laions.replace("sequential.0.", "linear1.").replace("sequential.3.", "linear2.");
    };
  }

  private static INDArray numbers(long... shape) {
    INDArray array = Nd4j.create(DataType.FLOAT, shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, Math.sin(i + shape.length));
    }
    return array;
  }

  @Test
  void pannsCheckpointFillsTheAudioEncoderAlone() throws IOException {
    assertFilled(
        CNN10 + audioFrom(panns, ""),
        Part.AUDIO_ENCODER,
        fixtures.path("panns_tiny.safetensors"),
        name -> name.substring("audio_encoder.".length()));
  }

  @Test
  void folderWithPytorchModelIsRead() throws IOException {
    Files.copy(panns, folder.resolve("pytorch_model.bin"));
    assertFilled(
        CNN10 + audioFrom(folder, ", format: panns"),
        Part.AUDIO_ENCODER,
        fixtures.path("panns_tiny.safetensors"),
        name -> name.substring("audio_encoder.".length()));
  }

  @Test
  void whatWasLoadedAndWhatWasLeftOverIsOneLineOfTheLog() throws IOException {
    Logger logger = (Logger) LoggerFactory.getLogger(StartingWeights.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    logger.setLevel(Level.INFO);
    logger.addAppender(lines);
    lines.start();
    try {
      PretrainedModels.create(CNN10 + audioFrom(panns, "")).close();
    } finally {
      logger.detachAppender(lines);
      logger.setLevel(null);
    }
    assertEquals(
        List.of(
            "pretrained.audio-encoder: 46 arrays of "
                + panns
                + " (panns) fill 46 parameters; left over by rule: 14 (1 bias, 1 melW,"
                + " 9 num_batches_tracked, 3 weight); of other parts: 0; allowed not to fit: 0"),
        lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
  }

  /** Renames the arrays of a fixture that begin alike, and adds some. */
  private Path renamed(
      String fixture, String from, UnaryOperator<String> rename, List<String> added)
      throws IOException {
    SafeTensorsWriter writer = new SafeTensorsWriter();
    try (SafeTensors tensors = Golden.fixture(fixture).open("model.safetensors")) {
      for (String name : tensors.names()) {
        if (name.startsWith(from)) {
          writer.array(rename.apply(name.substring(from.length())), tensors.array(name));
        }
      }
    }
    added.forEach(name -> writer.array(name, Nd4j.zeros(2, 2)));
    Path file = folder.resolve("renamed.safetensors");
    writer.write(file);
    return file;
  }

  private static String beforeText(String ours) {
    return "caption_encoder.base." + ours.substring("text_encoder.".length());
  }

  @Test
  void bertOfTheFirstReleasesFillsTheTextEncoder() throws IOException {
    Path file =
        renamed(
            "msclap2022_tiny",
            "caption_encoder.base.",
            name ->
                "bert."
                    + name.replace("LayerNorm.weight", "LayerNorm.gamma")
                        .replace("LayerNorm.bias", "LayerNorm.beta"),
            List.of(
                "bert.embeddings.position_ids",
                "cls.predictions.bias",
                "cls.seq_relationship.weight"));
    assertFilled(
        BERT + textFrom(file, ""),
        Part.TEXT_ENCODER,
        Golden.fixture("msclap2022_tiny").path("model.safetensors"),
        StartingWeightsTest::beforeText);
  }

  /** As roberta-base on the hub: a head of its own, and no pooler. */
  @Test
  void missingPoolerIsNamedUnlessItMayStartAtRandom() throws IOException {
    Path file =
        renamed(
            "msclap2022_tiny",
            "caption_encoder.base.e",
            name -> "roberta.e" + name,
            List.of("lm_head.dense.weight", "lm_head.bias"));
    String withPooler = BERT.replace("feed-forward: 80", "feed-forward: 80, pooling: pooler");
    assertEquals(
        file
            + ": the weights do not fit the model: 2 missing: text_encoder.pooler.dense.weight;"
            + " text_encoder.pooler.dense.bias",
        refusal(IOException.class, withPooler + textFrom(file, "")));
    PretrainedModels.create(withPooler + textFrom(file, ", allow: ['text_encoder.pooler.*']"))
        .close();
  }

  @Test
  void gpt2WithItsHeadAndMasksFillsTheTextEncoder() throws IOException {
    Path file =
        renamed(
            "msclap2023_tiny",
            "caption_encoder.base.",
            name -> "transformer." + name,
            List.of(
                "lm_head.weight", "transformer.h.0.attn.bias", "transformer.h.1.attn.masked_bias"));
    try (ClapModel model = PretrainedModels.create(GPT2 + textFrom(file, ""));
        ClapModel whole =
            PretrainedModels.create(
                TINY_AUDIO
                    + GPT2
                    + TINY_HEAD
                    + pretrained(
                        "text-encoder",
                        Golden.fixture("msclap2023_tiny").path("model.safetensors"),
                        ""))) {
      assertEquals(whole.towers().flatParameters(), model.towers().flatParameters());
      try (ClapModel fresh = PretrainedModels.withoutWeights(TINY_AUDIO + GPT2 + TINY_HEAD)) {
        assertNotEquals(fresh.towers().flatParameters(), model.towers().flatParameters());
      }
    }
  }

  @Test
  void htsatOfAudioSetFillsTheAudioEncoder() throws IOException {
    Path file =
        renamed(
            "msclap2023_tiny",
            "audio_encoder.base.htsat.",
            name -> "sed_model." + name,
            List.of(
                "sed_model.tscam_conv.weight",
                "sed_model.head.bias",
                "sed_model.layers.0.blocks.1.attn_mask",
                "sed_model.spectrogram_extractor.stft.conv_real.weight"));
    Path original = Golden.fixture("msclap2023_tiny").path("model.safetensors");
    try (ClapModel model = PretrainedModels.create(HTSAT + audioFrom(file, ""));
        ClapModel whole =
            PretrainedModels.create(HTSAT + audioFrom(original, ", front-end-mismatch: allow"))) {
      assertEquals(whole.towers().flatParameters(), model.towers().flatParameters());
    }
  }

  @Test
  void everyArrayThatDoesNotFitIsNamedInOneMessage() throws IOException {
    Path file =
        renamed(
            "msclap2022_tiny",
            "audio_encoder.base.",
            name -> name.equals("fc1.bias") ? "fc2.bias" : name,
            List.of("head.weight", "head.bias"));
    String audio =
        "audio-encoder: {type: cnn14, base-channels: 2, features: 47,"
            + " front-end: {preset: panns}}\n";
    assertEquals(
        file
            + ": the weights do not fit the model: 1 missing: audio_encoder.fc1.bias. 3 not known"
            + " to the model: fc2.bias; head.bias; head.weight. 1 of another shape: fc1.weight"
            + " [48, 64], expected [47, 64]",
        refusal(IOException.class, audio + audioFrom(file, "")));
    assertEquals(
        file + ": the weights do not fit the model: 1 not known to the model: fc2.bias",
        refusal(
            IOException.class,
            audio.replace("47", "48")
                + audioFrom(file, ", allow: ['head.*', fc1.weight, 'audio_encoder.fc1.*']")));
    PretrainedModels.create(
            audio.replace("47", "48")
                + audioFrom(file, ", allow: ['head.*', fc2.bias, audio_encoder.fc1.bias]"))
        .close();
  }

  @Test
  void arrayOfAnotherShapeIsRefusedWhateverIsAllowed() throws IOException {
    Path file = renamed("msclap2022_tiny", "audio_encoder.base.", name -> name, List.of());
    assertEquals(
        file
            + ": the weights do not fit the model: 2 of another shape: fc1.bias [48], expected"
            + " [47]; fc1.weight [48, 64], expected [47, 64]",
        refusal(
            IOException.class,
            "audio-encoder: {type: cnn14, base-channels: 2, features: 47,"
                + " front-end: {preset: panns}}\n"
                + audioFrom(file, ", allow: ['*']")));
  }

  @Test
  void headIsLoadedAlone() throws IOException {
    Path file = folder.resolve("head.safetensors");
    String yaml = CNN10 + TINY_TEXT + TINY_HEAD;
    Set<String> loaded = new TreeSet<>();
    try (ClapModel fresh = PretrainedModels.withoutWeights(yaml)) {
      SafeTensorsWriter writer = new SafeTensorsWriter();
      for (Parameter parameter : fresh.towers().parameters()) {
        if (parameter.part() == Part.AUDIO_HEAD) {
          writer.array(parameter.name(), parameter.value().add(1));
          loaded.add(parameter.name());
        }
      }
      writer.write(file);
      String only =
          ", format: clap4j, allow: ['*_encoder.*', 'text_projection.*', log_logit_scale]";
      try (ClapModel model = PretrainedModels.create(yaml + pretrained("model", file, only))) {
        Set<String> changed = new TreeSet<>();
        for (int i = 0; i < fresh.towers().parameters().size(); i++) {
          Parameter before = fresh.towers().parameters().get(i);
          if (!before.value().equals(model.towers().parameters().get(i).value())) {
            changed.add(before.name());
          }
        }
        assertEquals(loaded, changed);
      }
    }
  }

  /** Older transformers saved the positions' own numbers, which no rule of this format names. */
  @Test
  void positionIdsAreRefusedUnlessAllowed() throws IOException {
    Path file =
        renamed(
            "msclap2022_tiny",
            "caption_encoder.base.e",
            name -> "text_encoder.e" + name,
            List.of("text_encoder.embeddings.position_ids"));
    assertEquals(
        file
            + ": the weights do not fit the model: 1 not known to the model:"
            + " text_encoder.embeddings.position_ids",
        refusal(IOException.class, BERT + textFrom(file, "")));
    assertFilled(
        BERT + textFrom(file, ", allow: ['*.position_ids']"),
        Part.TEXT_ENCODER,
        Golden.fixture("msclap2022_tiny").path("model.safetensors"),
        StartingWeightsTest::beforeText);
  }

  @Test
  void fileOfAnotherTowerIsRefused() {
    assertEquals(
        panns + ": has no array of what is asked for, of 60 arrays",
        refusal(IOException.class, TINY_TEXT + textFrom(panns, "")));
  }

  @Test
  void namesThatNoFormatKnowsAreShown() throws IOException {
    Path file = folder.resolve("other.safetensors");
    new SafeTensorsWriter().array("backbone.stem.weight", Nd4j.zeros(2, 2)).write(file);
    String known =
        "bert, clap4j, gpt2, hts-at, huggingface-clap, laion-clap, ms-clap-2022, ms-clap-2023,"
            + " panns";
    assertEquals(
        "pretrained.audio-encoder: the arrays of "
            + file
            + " have names that no format knows, such as [backbone.stem.weight]; set"
            + " pretrained.audio-encoder.format to one of "
            + known,
        refusal(ConfigException.class, CNN10 + audioFrom(file, "")));
    assertEquals(
        "pretrained.audio-encoder.format 'pann' is not known; known: "
            + known
            + ". Did you mean 'panns'?",
        refusal(ConfigException.class, CNN10 + audioFrom(file, ", format: pann")));
  }

  @Test
  void encodersAreNotGivenTwice() {
    assertEquals(
        "test.yaml:11: pretrained.model has the weights of both encoders; leave out audio-encoder"
            + " and text-encoder, or name these alone",
        refusal(
            ConfigException.class,
            CNN10
                + TINY_TEXT
                + TINY_HEAD
                + "pretrained: {model: {path: a}, audio-encoder: {path: b}}\n"));
  }

  @Test
  void missingFilesAreNamed() {
    Path nowhere = folder.resolve("nowhere.pth");
    assertEquals(
        nowhere + ": there is no such file; check the path",
        refusal(IOException.class, CNN10 + audioFrom(nowhere, "")));
    assertEquals(
        folder + ": has no weights, neither model.safetensors nor pytorch_model.bin",
        refusal(IOException.class, CNN10 + audioFrom(folder, "")));
  }

  /** The bands that a file holds are believed more than its format. */
  @Test
  void otherMelBandsThanTheFilesOwnAreRefusedUnlessAllowed() throws IOException {
    Path file = folder.resolve("resampled.safetensors");
    SafeTensorsWriter writer = new SafeTensorsWriter();
    try (SafeTensors tensors = fixtures.open("panns_tiny.safetensors")) {
      for (String name : tensors.names()) {
        INDArray array = tensors.array(name);
        writer.array(name, name.endsWith("melW") ? array.mul(2) : array);
      }
    }
    writer.write(file);
    assertEquals(
        "pretrained.audio-encoder: "
            + file
            + " holds the mel bands that its audio encoder was trained with"
            + " (logmel_extractor.melW): of no preset, and not those of audio-encoder.front-end;"
            + " set the front end's sample rate and frequencies to the weights' own, or"
            + " pretrained.audio-encoder.front-end-mismatch to allow",
        refusal(ConfigException.class, CNN10 + audioFrom(file, "")));
    PretrainedModels.create(CNN10 + audioFrom(file, ", front-end-mismatch: allow")).close();
  }

  @Test
  void frontEndOfHuggingFaceFolderIsReadFromIt() throws IOException {
    assertEquals(
        "pretrained.audio-encoder: the weights of "
            + huggingFaceFolder()
            + " (huggingface-clap) were trained with another front end than"
            + " audio-encoder.front-end: sample-rate-hz 48000 instead of 32000, hop-length 480"
            + " instead of 320; set audio-encoder.front-end to {preset: laion}, or"
            + " pretrained.audio-encoder.front-end-mismatch to allow",
        refusal(ConfigException.class, HTSAT + audioFrom(huggingFaceFolder(), "")));
  }

  @Test
  void frontEndThatIsNoPresetIsWrittenOut() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    for (String name : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(huggingFaceFolder().resolve(name), other.resolve(name));
    }
    String settings = Files.readString(huggingFaceFolder().resolve("processor_config.json"));
    Files.writeString(
        other.resolve("processor_config.json"),
        settings.replace("\"frequency_min\": 50", "\"frequency_min\": 20"));
    assertEquals(
        "pretrained.audio-encoder: the weights of "
            + other
            + " (huggingface-clap) were trained with another front end than"
            + " audio-encoder.front-end: sample-rate-hz 48000 instead of 32000, hop-length 480"
            + " instead of 320, min-frequency-hz 20.0 instead of 50.0; set audio-encoder.front-end"
            + " to {preset: laion, min-frequency-hz: 20.0}, or"
            + " pretrained.audio-encoder.front-end-mismatch to allow",
        refusal(ConfigException.class, HTSAT + audioFrom(other, "")));
  }

  private static Path huggingFaceFolder() {
    return Golden.fixture("hf_clap_folder").path("model");
  }
}
