package org.clap4j.training;

import java.util.EnumSet;
import java.util.Set;
import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;
import org.clap4j.core.model.Part;
import org.clap4j.core.model.Tower;

/**
 * When a tower, or its encoder alone, stays as it is: in the steps [from, until), counted from 0.
 * What is frozen runs as at inference, without dropout and on its running statistics.
 */
public record FreezeConfig(
    @Key(value = "first step in which the audio tower is frozen", defaultValue = "0")
        long audioFromStep,
    @Key(
            value = "step in which the audio tower learns again; 0 to freeze it never",
            defaultValue = "0")
        long audioUntilStep,
    @Key(
            value = "what of the audio tower is frozen: the tower, head included, or its encoder",
            defaultValue = "tower")
        Extent audioExtent,
    @Key(value = "first step in which the text tower is frozen", defaultValue = "0")
        long textFromStep,
    @Key(
            value = "step in which the text tower learns again; 0 to freeze it never",
            defaultValue = "0")
        long textUntilStep,
    @Key(
            value = "what of the text tower is frozen: the tower, head included, or its encoder",
            defaultValue = "tower")
        Extent textExtent) {

  /** How much of a tower is frozen. */
  public enum Extent {
    /** Encoder and head. */
    TOWER,
    /** The encoder; the head learns. */
    ENCODER
  }

  /** Checks the ranges. */
  public FreezeConfig {
    OptionRange.requireAtLeast("audio-from-step", audioFromStep, 0);
    OptionRange.requireAtLeast("audio-until-step", audioUntilStep, 0);
    OptionRange.requireAtLeast("text-from-step", textFromStep, 0);
    OptionRange.requireAtLeast("text-until-step", textUntilStep, 0);
  }

  /** Nothing is ever frozen. */
  public static FreezeConfig none() {
    return new FreezeConfig(0, 0, Extent.TOWER, 0, 0, Extent.TOWER);
  }

  /** The parts that are frozen in a step. */
  public Set<Part> frozenAt(long step) {
    Set<Part> frozen = EnumSet.noneOf(Part.class);
    if (step >= audioFromStep && step < audioUntilStep) {
      frozen.addAll(
          audioExtent == Extent.TOWER ? Part.of(Tower.AUDIO) : Set.of(Part.AUDIO_ENCODER));
    }
    if (step >= textFromStep && step < textUntilStep) {
      frozen.addAll(textExtent == Extent.TOWER ? Part.of(Tower.TEXT) : Set.of(Part.TEXT_ENCODER));
    }
    return frozen;
  }
}
