package org.clap4j.experiments.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigLoader;
import org.clap4j.experiments.config.ConfigNode;
import org.clap4j.training.checkpoint.CheckpointException;

/**
 * A folder as transformers' {@code ClapModel.save_pretrained} and {@code
 * ClapProcessor.save_pretrained} write it: {@code config.json}, {@code model.safetensors}, {@code
 * tokenizer.json}, and the feature extractor's settings in {@code processor_config.json} (5.x) or
 * {@code preprocessor_config.json} (4.x). Read into the configuration that gives the same model
 * here.
 */
final class HuggingFaceClapFolder {

  private static final String CONFIG = "config.json";
  private static final String PROCESSOR = "processor_config.json";
  private static final String PREPROCESSOR = "preprocessor_config.json";
  private static final String TOKENIZER_CONFIG = "tokenizer_config.json";

  /** What transformers takes where a tokenizer states no length, or one that is no length. */
  private static final int DEFAULT_TOKENS = 77;

  private static final int MOST_TOKENS = 1 << 20;

  private final Path folder;

  HuggingFaceClapFolder(Path folder) {
    this.folder = folder;
  }

  /** Whether a directory is such a folder, whole or not. */
  static boolean is(Path directory) {
    return Files.isRegularFile(directory.resolve(CONFIG))
        && (Files.isRegularFile(directory.resolve("model.safetensors"))
            || Files.isRegularFile(directory.resolve("tokenizer.json")));
  }

  /** The file of the weights. */
  Path weights() {
    return folder.resolve("model.safetensors");
  }

  /**
   * The configuration as YAML (which JSON is).
   *
   * @throws IOException if a file is missing or damaged, or the model is one that is not known here
   */
  String configuration() throws IOException {
    JsonObject model = read(CONFIG);
    require(CONFIG, model, "model_type", "clap");
    JsonObject extractor = extractor();
    JsonObject root = new JsonObject();
    root.addProperty("name", folder.toAbsolutePath().normalize().getFileName().toString());
    root.add("data", typed("synthetic"));
    root.add("audio-encoder", audioEncoder(section(model, "audio_config"), extractor));
    JsonObject text = section(model, "text_config");
    root.add("text-encoder", textEncoder(text));
    root.add("tokenizer", tokenizer(text));
    JsonObject head = typed("laion");
    head.add("dim", number(model, "projection_dim", 512));
    require(CONFIG, model, "projection_hidden_act", "relu");
    root.add("head", head);
    root.add("loss", typed("info-nce"));
    root.add("optimizer", typed("adamw"));
    root.add("schedule", typed("warmup-cosine"));
    JsonObject clip = new JsonObject();
    clip.add("seconds", number(extractor, "max_length_s", 10));
    clip.addProperty("fill", fill(extractor));
    root.add("clip", clip);
    return root.toString();
  }

  /** The configuration, bound. */
  ExperimentConfig configuration(ConfigBinder binder) throws IOException {
    return binder.bind(ExperimentConfig.class, tree());
  }

  /** The configuration, as it is bound. */
  ConfigNode.Mapping tree() throws IOException {
    return ConfigLoader.parse(configuration(), folder.resolve(CONFIG).toString());
  }

  private JsonObject audioEncoder(JsonObject audio, JsonObject extractor) throws IOException {
    require(CONFIG, audio, "hidden_act", "gelu");
    boolean isFused = audio.has("enable_fusion") && audio.get("enable_fusion").getAsBoolean();
    if (isFused) {
      require(CONFIG, audio, "fusion_type", "aff_2d");
      require(CONFIG, audio, "aff_block_r", "4");
    }
    require(extractorFile(), extractor, "truncation", isFused ? "fusion" : "rand_trunc");
    JsonObject encoder = typed("htsat");
    encoder.addProperty("fusion", isFused ? "aff-2d" : "none");
    encoder.add("width", number(audio, "patch_embeds_hidden_size", 96));
    encoder.add("depths", numbers(audio, "depths", 2, 2, 6, 2));
    encoder.add("heads", numbers(audio, "num_attention_heads", 4, 8, 16, 32));
    encoder.add("image-size", number(audio, "spec_size", 256));
    encoder.add("patch-size", number(audio, "patch_size", 4));
    encoder.add("window-size", number(audio, "window_size", 8));
    encoder.add("feed-forward-ratio", number(audio, "mlp_ratio", 4));
    encoder.add("dropout", number(audio, "hidden_dropout_prob", 0));
    encoder.add("attention-dropout", number(audio, "attention_probs_dropout_prob", 0));
    encoder.add("stochastic-depth", number(audio, "drop_path_rate", 0));
    JsonObject frontEnd = new JsonObject();
    frontEnd.addProperty("preset", isFused ? "laion-fusion" : "laion");
    frontEnd.add("sample-rate-hz", number(extractor, "sampling_rate", 48_000));
    frontEnd.add("fft-size", number(extractor, "fft_window_size", 1024));
    frontEnd.add("hop-length", number(extractor, "hop_length", 480));
    frontEnd.add("mel-bins", number(extractor, "feature_size", 64));
    frontEnd.add("min-frequency-hz", number(extractor, "frequency_min", 0));
    frontEnd.add("max-frequency-hz", number(extractor, "frequency_max", 14_000));
    encoder.add("front-end", frontEnd);
    return encoder;
  }

  private JsonObject textEncoder(JsonObject text) throws IOException {
    require(CONFIG, text, "hidden_act", "gelu");
    JsonObject encoder = typed("roberta");
    encoder.add("vocabulary-size", number(text, "vocab_size", 50_265));
    encoder.add("positions", number(text, "max_position_embeddings", 514));
    encoder.add("layers", number(text, "num_hidden_layers", 12));
    encoder.add("width", number(text, "hidden_size", 768));
    encoder.add("heads", number(text, "num_attention_heads", 12));
    encoder.add("feed-forward", number(text, "intermediate_size", 3072));
    encoder.add("dropout", number(text, "hidden_dropout_prob", 0.1));
    encoder.add("attention-dropout", number(text, "attention_probs_dropout_prob", 0.1));
    encoder.add("layer-norm-eps", number(text, "layer_norm_eps", 1e-12));
    encoder.add("token-types", number(text, "type_vocab_size", 1));
    encoder.add("padding-id", number(text, "pad_token_id", 1));
    encoder.addProperty("pooling", "pooler");
    return encoder;
  }

  private JsonObject tokenizer(JsonObject text) throws IOException {
    JsonObject tokenizer = typed("huggingface");
    tokenizer.addProperty("path", folder.resolve("tokenizer.json").toString());
    double stated =
        Files.isRegularFile(folder.resolve(TOKENIZER_CONFIG))
            ? number(read(TOKENIZER_CONFIG), "model_max_length", DEFAULT_TOKENS).getAsDouble()
            : DEFAULT_TOKENS;
    int positions =
        number(text, "max_position_embeddings", 514).getAsInt()
            - number(text, "pad_token_id", 1).getAsInt()
            - 1;
    tokenizer.addProperty(
        "max-length", Math.min(positions, stated > MOST_TOKENS ? DEFAULT_TOKENS : (int) stated));
    return tokenizer;
  }

  private JsonObject extractor() throws IOException {
    String name = extractorFile();
    return name.equals(PROCESSOR) ? section(read(name), "feature_extractor") : read(name);
  }

  private String extractorFile() throws IOException {
    for (String name : List.of(PREPROCESSOR, PROCESSOR)) {
      if (Files.isRegularFile(folder.resolve(name))) {
        return name;
      }
    }
    throw new CheckpointException(
        folder,
        "has neither "
            + PROCESSOR
            + " nor "
            + PREPROCESSOR
            + ", which hold the feature extractor's settings; save the processor there too");
  }

  private String fill(JsonObject extractor) throws IOException {
    String padding =
        extractor.has("padding") ? extractor.get("padding").getAsString() : "repeatpad";
    return switch (padding) {
      case "repeatpad" -> "repeat-pad";
      case "repeat", "pad" -> padding;
      default ->
          throw new CheckpointException(
              folder, "padding is '" + padding + "', known: repeatpad, repeat, pad");
    };
  }

  private JsonObject read(String name) throws IOException {
    Path file = folder.resolve(name);
    try (Reader reader = Files.newBufferedReader(file)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new CheckpointException(file, "is no JSON object: " + e.getMessage(), e);
    }
  }

  private JsonObject section(JsonObject object, String key) throws IOException {
    if (object.get(key) instanceof JsonObject section) {
      return section;
    }
    throw new CheckpointException(folder, "has no section '" + key + "'");
  }

  /** A key that must have a value if it is there. */
  private void require(String file, JsonObject object, String key, String expected)
      throws IOException {
    JsonElement value = object.get(key);
    if (value != null
        && !value.isJsonNull()
        && !value.getAsString().toLowerCase(Locale.ROOT).equals(expected)) {
      throw new CheckpointException(
          folder.resolve(file),
          key + " is " + value.getAsString() + ", only " + expected + " can be loaded");
    }
  }

  private static JsonObject typed(String type) {
    JsonObject object = new JsonObject();
    object.addProperty("type", type);
    return object;
  }

  private static JsonElement number(JsonObject object, String key, Number otherwise) {
    JsonElement value = object.get(key);
    return value == null || value.isJsonNull() ? new JsonPrimitive(otherwise) : value;
  }

  private static JsonElement numbers(JsonObject object, String key, Integer... otherwise) {
    if (object.get(key) instanceof JsonArray array) {
      return array;
    }
    JsonArray array = new JsonArray();
    List.of(otherwise).forEach(array::add);
    return array;
  }
}
