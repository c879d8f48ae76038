package org.clap4j.losses;

import org.clap4j.core.config.Key;
import org.clap4j.core.loss.TemperatureConfig;

/** Options of {@link SupCon}. */
public record SupConConfig(
    @Key(value = "scale of the logits, the inverse of the temperature", defaultValue = "{}")
        TemperatureConfig temperature,
    @Key(
            value =
                "what makes two pairs positives of each other: clip (the same sound), caption (the"
                    + " same text), either",
            defaultValue = "either")
        MultiPositiveConfig.Share share,
    @Key(
            value =
                "joint: clips and captions are one batch of 2 N anchors; cross-modal: clips against"
                    + " captions only",
            defaultValue = "joint")
        Anchors anchors) {

  /** What is compared with what. */
  public enum Anchors {
    JOINT,
    CROSS_MODAL
  }
}
