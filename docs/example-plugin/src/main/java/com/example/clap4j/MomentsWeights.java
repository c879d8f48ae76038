package com.example.clap4j;

import java.util.Optional;
import java.util.Set;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.weights.ArrayUse;
import org.clap4j.core.weights.WeightFormat;

/**
 * Weights of the same encoder from PyTorch, where it is {@code nn.Sequential(LayerNorm, Linear,
 * ReLU, Linear)} with a classifier behind it.
 */
public final class MomentsWeights implements WeightFormat {

  @Override
  public boolean recognizes(Set<String> names) {
    return names.contains("net.0.weight") && names.contains("classifier.weight");
  }

  @Override
  public Optional<ArrayUse> use(String name) {
    String weightOrBias = name.substring(name.lastIndexOf('.') + 1);
    return switch (name.substring(0, Math.max(0, name.lastIndexOf('.')))) {
      case "net.0" -> Optional.of(ArrayUse.as("audio_encoder.norm." + weightOrBias));
      case "net.1" -> Optional.of(ArrayUse.as("audio_encoder.hidden." + weightOrBias));
      case "net.3" -> Optional.of(ArrayUse.as("audio_encoder.output." + weightOrBias));
      case "classifier" -> Optional.of(ArrayUse.leftOver());
      default -> Optional.empty();
    };
  }

  @Override
  public Optional<LogMelSettings> frontEnd(Set<String> names) {
    return Optional.of(LogMelSettings.preset("panns"));
  }
}
