package org.clap4j.losses;

import java.util.ArrayList;
import java.util.List;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.SummedLosses;
import org.clap4j.core.model.LossFactory;

/** Makes {@link SummedLosses} of any losses. */
public final class WeightedSumFactory implements LossFactory<WeightedSumConfig> {

  @Override
  public Class<WeightedSumConfig> configType() {
    return WeightedSumConfig.class;
  }

  @Override
  public ContrastiveLoss create(WeightedSumConfig config, int embeddingDim) {
    List<SummedLosses.Part> parts = new ArrayList<>();
    config
        .parts()
        .forEach(
            (name, part) ->
                parts.add(
                    new SummedLosses.Part(
                        name, part.weight(), LossFactory.create(part.of(), embeddingDim))));
    return new SummedLosses(parts);
  }
}
