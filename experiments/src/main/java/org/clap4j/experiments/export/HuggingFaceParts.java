package org.clap4j.experiments.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.clap4j.core.audio.ClipLength;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.audio.MelNorm;
import org.clap4j.core.audio.MelScale;
import org.clap4j.core.model.Selected;
import org.clap4j.core.text.Tokenizer;
import org.clap4j.encoders.audio.htsat.HtsatConfig;
import org.clap4j.encoders.audio.htsat.HtsatFusion;
import org.clap4j.encoders.heads.LaionHeadConfig;
import org.clap4j.encoders.text.pretrained.Pooler;
import org.clap4j.encoders.text.pretrained.RobertaConfig;
import org.clap4j.encoders.tokenizers.HuggingFaceTokenizerConfig;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.model.ClapModel;

/**
 * What a model that fits transformers' {@code ClapModel} and {@code ClapProcessor} is made of.
 *
 * @param audio its audio encoder
 * @param text its text encoder
 * @param head its two heads
 * @param tokenizer its tokenizer
 * @param frontEnd its front end
 * @param clip the length of its clips
 */
record HuggingFaceParts(
    HtsatConfig audio,
    RobertaConfig text,
    LaionHeadConfig head,
    Tokenizer tokenizer,
    LogMelSettings frontEnd,
    ClipLength clip) {

  /** Whatever a feature extractor's mel bins, it shrinks longer clips to this many. */
  private static final int FUSED_MEL_BINS = 64;

  /** Whether longer clips are fused. */
  boolean isFused() {
    return audio.fusion() == HtsatFusion.AFF_2D;
  }

  /** Takes a model apart that {@linkplain #misfits has no misfits}. */
  static HuggingFaceParts of(ClapModel model) {
    ExperimentConfig config = model.config();
    return new HuggingFaceParts(
        (HtsatConfig) config.audioEncoder().options(),
        (RobertaConfig) config.textEncoder().options(),
        (LaionHeadConfig) config.head().options(),
        model.tokenizer(),
        model.frontEnd(),
        config.clip());
  }

  /** Says of each part that does not fit what it is and what it must be. */
  static List<String> misfits(ClapModel model) {
    ExperimentConfig config = model.config();
    List<String> misfits = new ArrayList<>();
    requireType(misfits, "audio-encoder", config.audioEncoder(), HtsatConfig.class, "htsat");
    requireType(misfits, "text-encoder", config.textEncoder(), RobertaConfig.class, "roberta");
    requireType(
        misfits, "tokenizer", config.tokenizer(), HuggingFaceTokenizerConfig.class, "huggingface");
    requireType(misfits, "head", config.head(), LaionHeadConfig.class, "laion");
    if (config.textEncoder().options() instanceof RobertaConfig text) {
      requireText(misfits, text, model.tokenizer());
    }
    if (config.tokenizer().options() instanceof HuggingFaceTokenizerConfig tokenizer
        && !tokenizer.suffix().isEmpty()) {
      misfits.add("tokenizer.suffix is '" + tokenizer.suffix() + "', must be empty");
    }
    if (config.audioEncoder().options() instanceof HtsatConfig audio) {
      requireFrontEnd(misfits, audio.fusion(), model.frontEnd());
    }
    if (!model.scoring().isCosine()) {
      misfits.add(
          "loss.type is "
              + config.loss().type()
              + ", whose transforms score pairs, must be one that compares the embeddings"
              + " themselves");
    }
    if (config.clip().seconds() != Math.rint(config.clip().seconds())) {
      misfits.add("clip.seconds is " + config.clip().seconds() + ", must be whole seconds");
    }
    return misfits;
  }

  private static void requireType(
      List<String> misfits,
      String section,
      Selected<?> selected,
      Class<? extends Record> options,
      String expected) {
    if (!options.isInstance(selected.options())) {
      misfits.add(section + ".type is " + selected.type() + ", must be " + expected);
    }
  }

  private static void requireText(List<String> misfits, RobertaConfig text, Tokenizer tokenizer) {
    if (text.pooling() != Pooler.POOLER) {
      misfits.add(
          "text-encoder.pooling is "
              + text.pooling().name().toLowerCase(Locale.ROOT)
              + ", must be pooler");
    }
    if (text.paddingId() != tokenizer.paddingId()) {
      misfits.add(
          "text-encoder.padding-id is "
              + text.paddingId()
              + ", must be the tokenizer's, "
              + tokenizer.paddingId());
    }
  }

  /** What transformers' feature extractor computes with the fusion and without. */
  private static void requireFrontEnd(
      List<String> misfits, HtsatFusion fusion, LogMelSettings frontEnd) {
    switch (fusion) {
      case NONE -> requireMelBands(misfits, frontEnd, MelScale.SLANEY, MelNorm.SLANEY, "laion");
      case AFF_2D -> {
        requireMelBands(misfits, frontEnd, MelScale.HTK, MelNorm.NONE, "laion-fusion");
        if (frontEnd.melBins() != FUSED_MEL_BINS) {
          misfits.add(
              "audio-encoder.front-end.mel-bins is "
                  + frontEnd.melBins()
                  + ", must be "
                  + FUSED_MEL_BINS
                  + " with fusion");
        }
      }
      case CHANNEL_MAP ->
          misfits.add("audio-encoder.fusion is channel-map, must be none or aff-2d");
    }
  }

  private static void requireMelBands(
      List<String> misfits, LogMelSettings frontEnd, MelScale scale, MelNorm norm, String preset) {
    if (frontEnd.melScale() != scale || frontEnd.melNorm() != norm) {
      misfits.add(
          "audio-encoder.front-end has mel bands of scale %s and norm %s, must be %s and %s, as the preset %s has"
              .formatted(frontEnd.melScale(), frontEnd.melNorm(), scale, norm, preset));
    }
  }
}
