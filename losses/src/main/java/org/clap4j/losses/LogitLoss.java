package org.clap4j.losses;

/**
 * A loss of the logits z [N, N], rows clips and columns captions, that sees a tile of rows at a
 * time: all tiles once to gather what it needs of them, then each row again for the gradient. It is
 * the sum over the N anchors of each direction; {@link TiledLogits} makes the mean of it.
 */
interface LogitLoss {

  /** Takes what it needs from a tile. The logits may be changed while this runs, not longer. */
  void gather(LogitTile tile);

  /** Gives the sum once all tiles were gathered, and what turns logits into its gradient. */
  Gathered finish();

  /**
   * What was gathered.
   *
   * @param sum the loss times N
   * @param gradient of the sum
   */
  record Gathered(double sum, RowGradient gradient) {}

  /** Turns a row of logits into a gradient. Called by several threads, each for rows of its own. */
  @FunctionalInterface
  interface RowGradient {

    /**
     * Writes d sum / d z_ij of row i.
     *
     * @param z the row of logits; must stay as it is
     * @param scratch of the same length, for any use
     * @param gradient takes the result; holds zeros
     */
    void write(int i, double[] z, double[] scratch, double[] gradient);
  }
}
