package org.clap4j.encoders.heads;

import org.clap4j.core.layers.Linear;
import org.clap4j.core.layers.Named;
import org.clap4j.core.layers.Relu;
import org.clap4j.core.layers.Sequential;
import org.clap4j.core.model.GraphBuilder;
import org.clap4j.core.model.ProjectionHead;
import org.clap4j.core.model.ProjectionHeadFactory;

/**
 * The head of LAION CLAP (Wu et al. 2023) and of transformers' ClapModel: linear, ReLU, linear,
 * with the names {@code linear1} and {@code linear2} of its checkpoints.
 */
public final class LaionHead implements ProjectionHead {

  private final LaionHeadConfig config;

  /** Makes the head that a configuration describes. */
  public LaionHead(LaionHeadConfig config) {
    this.config = config;
  }

  @Override
  public int dim() {
    return config.dim();
  }

  @Override
  public String addTo(GraphBuilder graph, String prefix, String input, int featureDim) {
    return graph.add(
        prefix,
        Sequential.of(
            new Named<>("linear1", Linear.withBias(featureDim, config.dim())),
            new Named<>("activation", new Relu()),
            new Named<>("linear2", Linear.withBias(config.dim(), config.dim()))),
        input);
  }

  /** Makes LAION CLAP's heads. */
  public static final class Factory implements ProjectionHeadFactory<LaionHeadConfig> {

    @Override
    public Class<LaionHeadConfig> configType() {
      return LaionHeadConfig.class;
    }

    @Override
    public ProjectionHead create(LaionHeadConfig config) {
      return new LaionHead(config);
    }
  }
}
