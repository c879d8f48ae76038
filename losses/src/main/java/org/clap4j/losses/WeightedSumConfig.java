package org.clap4j.losses;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;
import org.clap4j.core.model.LossFactory;
import org.clap4j.core.model.Selected;

/** Options of {@code weighted-sum}. */
public record WeightedSumConfig(
    @Key("the losses, each by a name of yours: pairs: {weight: 1, of: {type: info-nce}}")
        Map<String, Part> parts) {

  /** What arrays of the towers are named after in weight files. */
  private static final Set<String> TOWERS =
      Set.of("audio_encoder", "audio_projection", "text_encoder", "text_projection");

  private static final Pattern NAME = Pattern.compile("[a-z0-9]+([-_][a-z0-9]+)*");

  /** One of the losses. */
  public record Part(
      @Key(value = "what the loss is multiplied with, above 0", defaultValue = "1") double weight,
      @Key("the loss; its scale and other parameters are its own") Selected<LossFactory<?>> of) {

    /** Checks the ranges. */
    public Part {
      OptionRange.requirePositive("weight", weight);
    }
  }

  /** Checks the names, which go into those of parameters. */
  public WeightedSumConfig {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("parts must have a loss, has none");
    }
    for (String name : parts.keySet()) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "parts: a name has a-z, 0-9 and - or _ between them, was '%s'".formatted(name));
      }
      if (TOWERS.contains(name)) {
        throw new IllegalArgumentException(
            "parts: '%s' is what a tower's arrays are called in weight files; take another name"
                .formatted(name));
      }
    }
  }
}
