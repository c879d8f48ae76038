package com.example.clap4j;

import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.layers.LayerNorm;
import org.clap4j.core.layers.Linear;
import org.clap4j.core.layers.Relu;
import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.model.AudioEncoderFactory;
import org.clap4j.core.model.GraphBuilder;

/**
 * Describes a clip by mean and deviation of each mel bin over time, and maps these through one
 * hidden layer: [B, 1, frames, melBins] to [B, width]. Deaf to the order of events.
 */
public final class MomentsEncoder implements AudioEncoder {

  private static final double EPSILON = 1e-5;

  private final LogMelSettings frontEnd;
  private final int width;

  /** Describes the encoder of a configuration. */
  public MomentsEncoder(MomentsConfig config) {
    frontEnd = config.frontEnd().settings();
    width = config.width();
  }

  @Override
  public LogMelSettings frontEnd() {
    return frontEnd;
  }

  @Override
  public int featureDim() {
    return width;
  }

  @Override
  public String addTo(GraphBuilder graph, String prefix, String input) {
    int moments = 2 * frontEnd.melBins();
    String last = graph.add(prefix + ".moments", new TimeMoments(frontEnd.melBins()), input);
    last = graph.add(prefix + ".norm", new LayerNorm(moments, EPSILON), last);
    last = graph.add(prefix + ".hidden", Linear.withBias(moments, width), last);
    last = graph.add(prefix + ".relu", new Relu(), last);
    return graph.add(prefix + ".output", Linear.withBias(width, width), last);
  }

  /** Makes encoders. */
  public static final class Factory implements AudioEncoderFactory<MomentsConfig> {

    @Override
    public Class<MomentsConfig> configType() {
      return MomentsConfig.class;
    }

    @Override
    public AudioEncoder create(MomentsConfig config) {
      return new MomentsEncoder(config);
    }
  }
}
