package org.clap4j.training.evaluation;

import java.util.ArrayList;
import java.util.List;

/** A matrix that is at hand; notes what is asked of it. */
final class MatrixSimilarity implements SimilaritySource {

  private final float[] values;
  private final int clips;
  private final int captions;
  final List<Integer> readRows = new ArrayList<>();

  MatrixSimilarity(float[] values, int clips, int captions) {
    this.values = values;
    this.clips = clips;
    this.captions = captions;
  }

  @Override
  public int clips() {
    return clips;
  }

  @Override
  public int captions() {
    return captions;
  }

  @Override
  public void read(int first, int count, float[] block) {
    readRows.add(count);
    System.arraycopy(values, first * captions, block, 0, count * captions);
  }
}
