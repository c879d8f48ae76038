package org.clap4j.encoders.heads;

import org.clap4j.core.model.GraphBuilder;
import org.clap4j.core.model.ProjectionHead;
import org.clap4j.core.model.ProjectionHeadFactory;

/**
 * The head of MS CLAP 2022 and 2023: e = W₁ x; LayerNorm(e + dropout(W₂ gelu(e))), with the names
 * {@code linear1}, {@code linear2} and {@code layer_norm} of its checkpoints.
 */
public final class MsClapHead implements ProjectionHead {

  private final MsClapHeadConfig config;

  /** Makes the head that a configuration describes. */
  public MsClapHead(MsClapHeadConfig config) {
    this.config = config;
  }

  @Override
  public int dim() {
    return config.dim();
  }

  @Override
  public String addTo(GraphBuilder graph, String prefix, String input, int featureDim) {
    return graph.add(
        prefix, new MsClapProjection(featureDim, config.dim(), config.dropout()), input);
  }

  /** Makes MS CLAP's heads. */
  public static final class Factory implements ProjectionHeadFactory<MsClapHeadConfig> {

    @Override
    public Class<MsClapHeadConfig> configType() {
      return MsClapHeadConfig.class;
    }

    @Override
    public ProjectionHead create(MsClapHeadConfig config) {
      return new MsClapHead(config);
    }
  }
}
