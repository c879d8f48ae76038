package org.clap4j.training;

import java.util.Map;
import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;
import org.clap4j.core.model.Tower;
import org.clap4j.training.optim.TowerRate;

/** What the learning rate is multiplied with, per part of the model and layer. */
public record RateFactors(
    @Key(value = "of the audio tower, head included; at least 0", defaultValue = "1") double audio,
    @Key(value = "of the text tower, head included; at least 0", defaultValue = "1") double text,
    @Key(value = "of what the loss trains: the logit scale; at least 0", defaultValue = "1")
        double loss,
    @Key(
            value =
                "from each layer of the audio encoder to the one before it, in (0, 1]; the head has"
                    + " the tower's rate",
            defaultValue = "1")
        double audioLayerDecay,
    @Key(
            value =
                "from each layer of the text encoder to the one before it, in (0, 1]; the head has"
                    + " the tower's rate",
            defaultValue = "1")
        double textLayerDecay) {

  /** Checks the ranges. */
  public RateFactors {
    OptionRange.requireNotNegative("audio", audio);
    OptionRange.requireNotNegative("text", text);
    OptionRange.requireNotNegative("loss", loss);
    requireDecay("audio-layer-decay", audioLayerDecay);
    requireDecay("text-layer-decay", textLayerDecay);
  }

  private static void requireDecay(String key, double decay) {
    if (!(decay > 0 && decay <= 1)) {
      throw new IllegalArgumentException(key + " must be in (0, 1], was " + decay);
    }
  }

  /** One rate for all. */
  public static RateFactors equal() {
    return new RateFactors(1, 1, 1, 1, 1);
  }

  /** The factors by tower. */
  public Map<Tower, TowerRate> byTower() {
    return Map.of(
        Tower.AUDIO, new TowerRate(audio, audioLayerDecay),
        Tower.TEXT, new TowerRate(text, textLayerDecay),
        Tower.LOSS, new TowerRate(loss, 1));
  }
}
