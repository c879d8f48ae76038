package org.clap4j.losses;

import org.clap4j.core.config.Key;
import org.clap4j.core.loss.TemperatureConfig;

/** Options of {@link LaionMlp}. */
public record LaionMlpConfig(
    @Key(
            value = "scale of the logits, the inverse of the temperature; each half has its own",
            defaultValue = "{}")
        TemperatureConfig temperature) {}
