package org.clap4j.training.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BatchedLossTest {

  private static final LossParameters NONE = new LossParameters(Map.of());

  private final List<List<Long>> batches = new ArrayList<>();

  /** Notes the clips of its batches; its value is how many batches it has seen. */
  private final ContrastiveLoss counting =
      new ContrastiveLoss() {
        @Override
        public List<ParameterSpec> parameters() {
          return List.of();
        }

        @Override
        public LossOutput evaluate(
            INDArray audio_ND, INDArray text_ND, LossParameters parameters, PairIds ids) {
          List<Long> clips = new ArrayList<>();
          for (int i = 0; i < ids.size(); i++) {
            assertEquals(ids.clipIds()[i], (long) audio_ND.getDouble(i, 0));
            assertEquals(ids.captionIds()[i], (long) text_ND.getDouble(i, 0));
            clips.add(ids.clipIds()[i]);
          }
          batches.add(clips);
          return new LossOutput(batches.size(), audio_ND.dup(), text_ND.dup(), Map.of());
        }
      };

  private double mean(int pairs, int batchSize) {
    long[] clips = new long[pairs];
    long[] captions = new long[pairs];
    for (int i = 0; i < pairs; i++) {
      clips[i] = i;
      captions[i] = 100L + i;
    }
    return new BatchedLoss(counting, batchSize)
        .mean(column(clips), column(captions), new PairIds(clips, captions), NONE);
  }

  private static INDArray column(long[] values) {
    return Nd4j.createFromArray(values).castTo(DataType.FLOAT).reshape(values.length, 1);
  }

  @Test
  void givesTheMeanOverFullBatchesOfDifferentPairs() {
    assertEquals(2, mean(11, 3));
    assertEquals(List.of(3, 3, 3), batches.stream().map(List::size).toList());
    Set<Long> seen = new HashSet<>();
    batches.forEach(seen::addAll);
    assertEquals(9, seen.size());
  }

  @Test
  void takesAllWhereTheyDoNotFillABatch() {
    assertEquals(1, mean(5, 8));
    assertEquals(5, new HashSet<>(batches.get(0)).size());
  }

  @Test
  void dealsTheSameBatchesEachTime() {
    mean(12, 4);
    List<List<Long>> first = List.copyOf(batches);
    batches.clear();
    mean(12, 4);
    assertEquals(first, batches);
  }
}
