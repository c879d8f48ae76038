package org.clap4j.encoders.audio.htsat;

import java.util.List;
import org.clap4j.core.audio.FrontEndConfig;
import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;
import org.jspecify.annotations.Nullable;

/** Options of {@code htsat}: a preset, and what differs from it. */
public record HtsatConfig(
    @Key(value = "published size: tiny, base, large", defaultValue = "tiny") HtsatPreset preset,
    @Key(
            value = "width of the first stage, doubled from stage to stage; null: the preset's",
            defaultValue = "null")
        @Nullable Integer width,
    @Key(value = "Swin blocks of each stage; null: the preset's", defaultValue = "null")
        @Nullable List<Integer> depths,
    @Key(
            value = "attention heads of each stage, which divide its width; null: the preset's",
            defaultValue = "null")
        @Nullable List<Integer> heads,
    @Key(
            value =
                "rows and columns that the spectrogram is folded to, a multiple of the mel bins",
            defaultValue = "256")
        int imageSize,
    @Key(value = "rows and columns of a patch", defaultValue = "4") int patchSize,
    @Key(value = "rows and columns of an attention window, in tokens", defaultValue = "8")
        int windowSize,
    @Key(
            value = "width of the feed-forward networks' hidden layer over the stage's width",
            defaultValue = "4")
        double feedForwardRatio,
    @Key(value = "dropout on what feed-forward networks add, in [0, 1)", defaultValue = "0")
        double dropout,
    @Key(
            value = "dropout on attention probabilities and on what attention adds, in [0, 1)",
            defaultValue = "0")
        double attentionDropout,
    @Key(
            value =
                "share of clips for which the last block's branches are left out in training, in"
                    + " [0, 1); grows from 0 at the first block",
            defaultValue = "0.1")
        double stochasticDepth,
    @Key(
            value =
                "what is made of clips longer than the window: nothing (none), attentional fusion of"
                    + " the whole and a part of each third (aff-2d), or these four as channels"
                    + " (channel-map)",
            defaultValue = "none")
        HtsatFusion fusion,
    @Key(value = "front end that the weights are bound to", defaultValue = "{}")
        FrontEndConfig frontEnd) {

  /** Checks the ranges and whether the sizes fit each other. */
  public HtsatConfig {
    depths = depths == null ? null : List.copyOf(depths);
    heads = heads == null ? null : List.copyOf(heads);
    OptionRange.requireBelowOne("dropout", dropout);
    OptionRange.requireBelowOne("attention-dropout", attentionDropout);
    OptionRange.requireBelowOne("stochastic-depth", stochasticDepth);
    List<Stage> stages =
        stages(preset, width, depths, heads, imageSize, patchSize, windowSize, feedForwardRatio);
    if (fusion == HtsatFusion.AFF_2D && stages.get(0).width() < 4) {
      throw new IllegalArgumentException(
          "fusion aff-2d needs a width of at least 4, was " + stages.get(0).width());
    }
    new SpectrogramImage(frontEnd.settings().melBins(), imageSize);
  }

  /** A published size with the defaults. */
  public static HtsatConfig of(HtsatPreset preset, FrontEndConfig frontEnd) {
    return new HtsatConfig(
        preset, null, null, null, 256, 4, 8, 4, 0, 0, 0.1, HtsatFusion.NONE, frontEnd);
  }

  /** The stages that the sizes come to. */
  List<Stage> stages() {
    return stages(preset, width, depths, heads, imageSize, patchSize, windowSize, feedForwardRatio);
  }

  private static List<Stage> stages(
      HtsatPreset preset,
      @Nullable Integer width,
      @Nullable List<Integer> depths,
      @Nullable List<Integer> heads,
      int imageSize,
      int patchSize,
      int windowSize,
      double feedForwardRatio) {
    if (patchSize < 1 || imageSize < 1 || imageSize % patchSize != 0) {
      throw new IllegalArgumentException(
          "image-size must be a multiple of patch-size, was "
              + imageSize
              + " for patches of "
              + patchSize);
    }
    return Stage.pyramid(
        width == null ? preset.width() : width,
        depths == null ? preset.depths() : depths,
        heads == null ? preset.heads() : heads,
        imageSize / patchSize,
        windowSize,
        feedForwardRatio);
  }
}
