package org.clap4j.training;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;
import org.clap4j.core.model.Frozen;
import org.clap4j.core.model.Part;

/**
 * When a tower, its encoder, or the first layers of that stay as they are: in the steps [from,
 * until), counted from 0. What is frozen runs as at inference, without dropout and on its running
 * statistics.
 */
public record FreezeConfig(
    @Key(value = "first step in which the audio tower is frozen", defaultValue = "0")
        long audioFromStep,
    @Key(
            value = "step in which the audio tower learns again; 0 to freeze it never",
            defaultValue = "0")
        long audioUntilStep,
    @Key(
            value =
                "what of the audio tower is frozen: the tower, head included, its encoder, or that"
                    + " one's first layers",
            defaultValue = "tower")
        Extent audioExtent,
    @Key(
            value = "with extent layers: how many, of those that describe shows with parameters",
            defaultValue = "0")
        int audioLayers,
    @Key(value = "first step in which the text tower is frozen", defaultValue = "0")
        long textFromStep,
    @Key(
            value = "step in which the text tower learns again; 0 to freeze it never",
            defaultValue = "0")
        long textUntilStep,
    @Key(
            value =
                "what of the text tower is frozen: the tower, head included, its encoder, or that"
                    + " one's first layers",
            defaultValue = "tower")
        Extent textExtent,
    @Key(
            value = "with extent layers: how many, of those that describe shows with parameters",
            defaultValue = "0")
        int textLayers) {

  /** How much of a tower is frozen. */
  public enum Extent {
    /** Encoder and head. */
    TOWER,
    /** The encoder; the head learns. */
    ENCODER,
    /** The first layers of the encoder. */
    LAYERS
  }

  /** Checks the ranges. */
  public FreezeConfig {
    OptionRange.requireAtLeast("audio-from-step", audioFromStep, 0);
    OptionRange.requireAtLeast("audio-until-step", audioUntilStep, 0);
    OptionRange.requireAtLeast("text-from-step", textFromStep, 0);
    OptionRange.requireAtLeast("text-until-step", textUntilStep, 0);
    requireLayers("audio", audioExtent, audioLayers);
    requireLayers("text", textExtent, textLayers);
  }

  private static void requireLayers(String tower, Extent extent, int layers) {
    if (extent == Extent.LAYERS ? layers < 1 : layers != 0) {
      throw new IllegalArgumentException(
          "%s-layers must be %s with %s-extent %s, was %d"
              .formatted(
                  tower,
                  extent == Extent.LAYERS ? "at least 1" : "0",
                  tower,
                  extent.name().toLowerCase(Locale.ROOT),
                  layers));
    }
  }

  /** Nothing is ever frozen. */
  public static FreezeConfig none() {
    return new FreezeConfig(0, 0, Extent.TOWER, 0, 0, 0, Extent.TOWER, 0);
  }

  /** What is frozen in a step. */
  public Frozen frozenAt(long step) {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    Map<Part, Integer> layers = new EnumMap<>(Part.class);
    if (step >= audioFromStep && step < audioUntilStep) {
      add(Part.AUDIO_ENCODER, audioExtent, audioLayers, parts, layers);
    }
    if (step >= textFromStep && step < textUntilStep) {
      add(Part.TEXT_ENCODER, textExtent, textLayers, parts, layers);
    }
    return new Frozen(parts, layers);
  }

  private static void add(
      Part encoder, Extent extent, int count, Set<Part> parts, Map<Part, Integer> layers) {
    switch (extent) {
      case TOWER -> parts.addAll(Part.of(encoder.tower()));
      case ENCODER -> parts.add(encoder);
      case LAYERS -> layers.put(encoder, count);
    }
  }
}
