package org.clap4j.training;

import java.util.Map;
import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;
import org.clap4j.core.model.Tower;

/** What the learning rate is multiplied with, per part of the model. */
public record RateFactors(
    @Key(value = "of the audio tower, head included; at least 0", defaultValue = "1") double audio,
    @Key(value = "of the text tower, head included; at least 0", defaultValue = "1") double text,
    @Key(value = "of what the loss trains: the logit scale; at least 0", defaultValue = "1")
        double loss) {

  /** Checks the ranges. */
  public RateFactors {
    OptionRange.requireNotNegative("audio", audio);
    OptionRange.requireNotNegative("text", text);
    OptionRange.requireNotNegative("loss", loss);
  }

  /** One rate for all. */
  public static RateFactors equal() {
    return new RateFactors(1, 1, 1);
  }

  /** The factors by tower. */
  public Map<Tower, Double> byTower() {
    return Map.of(Tower.AUDIO, audio, Tower.TEXT, text, Tower.LOSS, loss);
  }
}
