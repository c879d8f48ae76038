package org.clap4j.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.clap4j.core.data.ContrastiveBatch;
import org.clap4j.training.loading.BatchPosition;
import org.clap4j.training.loading.BatchSource;
import org.clap4j.training.loading.StepBatch;

/** Steps whose pairs follow from their position alone. */
final class SeededSource implements BatchSource {

  private final int stepsPerEpoch;
  private final int[] chunkSizes;
  private final UnaryOperator<ContrastiveBatch> change;
  private BatchPosition position;

  SeededSource(BatchPosition position, int stepsPerEpoch, int... chunkSizes) {
    this(position, stepsPerEpoch, batch -> batch, chunkSizes);
  }

  SeededSource(
      BatchPosition position,
      int stepsPerEpoch,
      UnaryOperator<ContrastiveBatch> change,
      int... chunkSizes) {
    this.position = position;
    this.stepsPerEpoch = stepsPerEpoch;
    this.change = change;
    this.chunkSizes = chunkSizes.clone();
  }

  @Override
  public StepBatch next() {
    List<ContrastiveBatch> chunks = new ArrayList<>();
    for (int i = 0; i < chunkSizes.length; i++) {
      long seed = 1000L * position.epoch() + 10L * position.index() + i;
      chunks.add(change.apply(TinyModel.batch(chunkSizes[i], seed)));
    }
    StepBatch step = new StepBatch(position, chunks, 0.25);
    boolean epochEnds = position.index() + 1 == stepsPerEpoch;
    position =
        epochEnds
            ? new BatchPosition(position.epoch() + 1, 0)
            : new BatchPosition(position.epoch(), position.index() + 1);
    return step;
  }

  @Override
  public BatchPosition position() {
    return position;
  }

  @Override
  public int stepsPerEpoch() {
    return stepsPerEpoch;
  }

  @Override
  public void close() {}
}
