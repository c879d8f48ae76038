package org.clap4j.losses;

/**
 * A loss of the logits z [N, N], rows clips and columns captions, that sees a tile of rows at a
 * time: all tiles once to gather what it needs of them, then each row again for the gradient.
 */
interface LogitLoss {

  /** Takes what it needs from a tile. The logits may be changed while this runs, not longer. */
  void gather(LogitTile tile);

  /** Gives the loss once all tiles were gathered, and gets ready for {@link #differentiate}. */
  double value();

  /**
   * Writes d loss / d z_ij of row i. Called by several threads, each for rows of its own.
   *
   * @param z the row of logits; may be overwritten
   * @param gradient takes the result
   */
  void differentiate(int i, double[] z, double[] gradient);
}
