package org.clap4j.training.evaluation;

/** A matrix that is at hand. */
final class MatrixSimilarity implements SimilaritySource {

  private final float[] values;
  private final int clips;
  private final int captions;

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
  public void read(int firstClip, int tileClips, int firstCaption, int tileCaptions, float[] tile) {
    for (int r = 0; r < tileClips; r++) {
      int start = (firstClip + r) * captions + firstCaption;
      System.arraycopy(values, start, tile, r * tileCaptions, tileCaptions);
    }
  }
}
