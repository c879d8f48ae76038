package org.clap4j.experiments.export;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clap4j.core.audio.ClipFill;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.encoders.audio.htsat.HtsatConfig;
import org.clap4j.encoders.text.pretrained.RobertaConfig;

/** The JSON files beside the weights, with the keys of transformers. */
final class HuggingFaceSettings {

  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  /** HTS-AT's own, which is no option here. */
  private static final double AUDIO_LAYER_NORM_EPS = 1e-5;

  /** How much narrower the fusion's hidden layer is than its tokens, which is no option here. */
  private static final int FUSION_NARROWING = 4;

  private static final String ACTIVATION = "gelu";
  private static final String HEAD_ACTIVATION = "relu";

  private final HuggingFaceParts parts;

  HuggingFaceSettings(HuggingFaceParts parts) {
    this.parts = parts;
  }

  /**
   * What {@code config.json} holds.
   *
   * @param logitScale the factor itself, not its log
   */
  String model(double logitScale) {
    Map<String, Object> text = text();
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("architectures", List.of("ClapModel"));
    root.put("model_type", "clap");
    root.put("dtype", "float32");
    root.put("projection_dim", parts.head().dim());
    root.put("projection_hidden_act", HEAD_ACTIVATION);
    root.put("logit_scale_init_value", logitScale);
    root.put("audio_config", audio());
    root.put("text_config", text);
    return JSON.toJson(root);
  }

  private Map<String, Object> audio() {
    HtsatConfig audio = parts.audio();
    int width = audio.width() == null ? audio.preset().width() : audio.width();
    List<Integer> depths = audio.depths() == null ? audio.preset().depths() : audio.depths();
    List<Integer> heads = audio.heads() == null ? audio.preset().heads() : audio.heads();
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("model_type", "clap_audio_model");
    section.put("hidden_act", ACTIVATION);
    section.put("patch_embeds_hidden_size", width);
    section.put("hidden_size", width << (depths.size() - 1));
    section.put("depths", depths);
    section.put("num_hidden_layers", depths.size());
    section.put("num_attention_heads", heads);
    section.put("mlp_ratio", audio.feedForwardRatio());
    section.put("window_size", audio.windowSize());
    section.put("spec_size", audio.imageSize());
    section.put("num_mel_bins", parts.frontEnd().melBins());
    section.put("patch_size", audio.patchSize());
    section.put("patch_stride", List.of(audio.patchSize(), audio.patchSize()));
    section.put("patch_embed_input_channels", 1);
    section.put("flatten_patch_embeds", true);
    section.put("enable_patch_layer_norm", true);
    section.put("qkv_bias", true);
    section.put("layer_norm_eps", AUDIO_LAYER_NORM_EPS);
    section.put("hidden_dropout_prob", audio.dropout());
    section.put("attention_probs_dropout_prob", audio.attentionDropout());
    section.put("drop_path_rate", audio.stochasticDepth());
    section.put("enable_fusion", parts.isFused());
    section.put("fusion_type", parts.isFused() ? "aff_2d" : null);
    section.put("aff_block_r", FUSION_NARROWING);
    section.put("projection_dim", parts.head().dim());
    section.put("projection_hidden_act", HEAD_ACTIVATION);
    return section;
  }

  private Map<String, Object> text() {
    RobertaConfig text = parts.text();
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("model_type", "clap_text_model");
    section.put("hidden_act", ACTIVATION);
    section.put("vocab_size", text.vocabularySize());
    section.put("max_position_embeddings", text.positions());
    section.put("num_hidden_layers", text.layers());
    section.put("hidden_size", text.width());
    section.put("num_attention_heads", text.heads());
    section.put("intermediate_size", text.feedForward());
    section.put("type_vocab_size", text.tokenTypes());
    section.put("pad_token_id", text.paddingId());
    section.put("layer_norm_eps", text.layerNormEps());
    section.put("hidden_dropout_prob", text.dropout());
    section.put("attention_probs_dropout_prob", text.attentionDropout());
    section.put("projection_dim", parts.head().dim());
    section.put("projection_hidden_act", HEAD_ACTIVATION);
    return section;
  }

  /** The feature extractor's settings, flat: {@code preprocessor_config.json}, which 4.x reads. */
  String featureExtractor() {
    return JSON.toJson(extractor());
  }

  /** The processor's settings with the feature extractor's: {@code processor_config.json}. */
  String processor() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("processor_class", "ClapProcessor");
    root.put("feature_extractor", extractor());
    return JSON.toJson(root);
  }

  private Map<String, Object> extractor() {
    LogMelSettings frontEnd = parts.frontEnd();
    int seconds = (int) parts.clip().seconds();
    Map<String, Object> extractor = new LinkedHashMap<>();
    extractor.put("feature_extractor_type", "ClapFeatureExtractor");
    extractor.put("processor_class", "ClapProcessor");
    extractor.put("sampling_rate", frontEnd.sampleRateHz());
    extractor.put("fft_window_size", frontEnd.fftSize());
    extractor.put("nb_frequency_bins", frontEnd.spectrumBins());
    extractor.put("hop_length", frontEnd.hopLength());
    extractor.put("feature_size", frontEnd.melBins());
    extractor.put("frequency_min", frontEnd.minFrequencyHz());
    extractor.put("frequency_max", frontEnd.maxFrequencyHz());
    extractor.put("max_length_s", seconds);
    extractor.put("nb_max_samples", seconds * frontEnd.sampleRateHz());
    extractor.put("padding", padding(parts.clip().fill()));
    // which also chooses the mel bands: HTK's scale without norm, or Slaney's
    extractor.put("truncation", parts.isFused() ? "fusion" : "rand_trunc");
    extractor.put("padding_side", "right");
    extractor.put("padding_value", 0.0);
    extractor.put("return_attention_mask", false);
    extractor.put("top_db", null);
    return extractor;
  }

  private static String padding(ClipFill fill) {
    return switch (fill) {
      case REPEAT_PAD -> "repeatpad";
      case REPEAT -> "repeat";
      case PAD -> "pad";
    };
  }

  /**
   * What {@code tokenizer_config.json} holds: the class that takes {@code tokenizer.json} as it is,
   * and which of its tokens are special.
   */
  String tokenizer(SpecialTokens tokens) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("tokenizer_class", "PreTrainedTokenizerFast");
    root.put("processor_class", "ClapProcessor");
    root.put("model_max_length", parts.tokenizer().maxLength());
    root.put("model_input_names", List.of("input_ids", "attention_mask"));
    root.putAll(tokens.byRole());
    return JSON.toJson(root);
  }
}
