package org.clap4j.training;

import java.util.EnumSet;
import java.util.Set;
import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;
import org.clap4j.core.model.Tower;

/**
 * When a tower, head included, stays as it is: in the steps [from, until), counted from 0. A frozen
 * tower runs as at inference, without dropout and on its running statistics.
 */
public record FreezeConfig(
    @Key(value = "first step in which the audio tower is frozen", defaultValue = "0")
        long audioFromStep,
    @Key(
            value = "step in which the audio tower learns again; 0 to freeze it never",
            defaultValue = "0")
        long audioUntilStep,
    @Key(value = "first step in which the text tower is frozen", defaultValue = "0")
        long textFromStep,
    @Key(
            value = "step in which the text tower learns again; 0 to freeze it never",
            defaultValue = "0")
        long textUntilStep) {

  /** Checks the ranges. */
  public FreezeConfig {
    OptionRange.requireAtLeast("audio-from-step", audioFromStep, 0);
    OptionRange.requireAtLeast("audio-until-step", audioUntilStep, 0);
    OptionRange.requireAtLeast("text-from-step", textFromStep, 0);
    OptionRange.requireAtLeast("text-until-step", textUntilStep, 0);
  }

  /** Nothing is ever frozen. */
  public static FreezeConfig none() {
    return new FreezeConfig(0, 0, 0, 0);
  }

  /** The towers that are frozen in a step. */
  public Set<Tower> frozenAt(long step) {
    Set<Tower> frozen = EnumSet.noneOf(Tower.class);
    if (step >= audioFromStep && step < audioUntilStep) {
      frozen.add(Tower.AUDIO);
    }
    if (step >= textFromStep && step < textUntilStep) {
      frozen.add(Tower.TEXT);
    }
    return frozen;
  }
}
