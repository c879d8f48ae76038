package org.clap4j.encoders.heads;

import org.clap4j.core.layers.Linear;
import org.clap4j.core.model.GraphBuilder;
import org.clap4j.core.model.ProjectionHead;
import org.clap4j.core.model.ProjectionHeadFactory;

/**
 * One learnable linear map, as Elizalde et al. 2022, section 2, write it. Parameters {@code weight}
 * [D, E] and {@code bias} [D].
 */
public final class LinearHead implements ProjectionHead {

  private final LinearHeadConfig config;

  /** Makes the head that a configuration describes. */
  public LinearHead(LinearHeadConfig config) {
    this.config = config;
  }

  @Override
  public int dim() {
    return config.dim();
  }

  @Override
  public String addTo(GraphBuilder graph, String prefix, String input, int featureDim) {
    Linear map =
        config.bias()
            ? Linear.withBias(featureDim, config.dim())
            : Linear.withoutBias(featureDim, config.dim());
    return graph.add(prefix, map, input);
  }

  /** Makes linear heads. */
  public static final class Factory implements ProjectionHeadFactory<LinearHeadConfig> {

    @Override
    public Class<LinearHeadConfig> configType() {
      return LinearHeadConfig.class;
    }

    @Override
    public ProjectionHead create(LinearHeadConfig config) {
      return new LinearHead(config);
    }
  }
}
