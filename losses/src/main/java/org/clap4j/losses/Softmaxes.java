package org.clap4j.losses;

/**
 * The softmaxes of some multiple of the logits, along rows and along columns, which {@link
 * LogSumExps} have gathered the denominators of.
 */
final class Softmaxes {

  private final double factor;
  private final double[] logOfRows;
  private final double[] logOfColumns;
  private final Exponential exponential;

  /**
   * Takes the logs of the denominators.
   *
   * @param factor what logits are multiplied with
   * @param logOfRows by row
   * @param logOfColumns by column
   */
  Softmaxes(double factor, double[] logOfRows, double[] logOfColumns, Exponential exponential) {
    this.factor = factor;
    this.logOfRows = logOfRows;
    this.logOfColumns = logOfColumns;
    this.exponential = exponential;
  }

  /** The sums of the logs over all rows and over all columns, each times its weight. */
  double sumOfLogs(double rowWeight, double columnWeight) {
    return weighted(rowWeight, logOfRows) + weighted(columnWeight, logOfColumns);
  }

  /** A direction that was not gathered may have infinite logs. */
  private static double weighted(double weight, double[] logs) {
    return weight == 0 ? 0 : weight * LogSumExps.sum(logs, logs.length);
  }

  /**
   * Adds row i of both softmaxes, each times its weight; one of weight 0 costs nothing.
   *
   * @param z row i of the logits
   * @param scratch of the same length
   */
  void add(
      int i, double[] z, double rowWeight, double columnWeight, double[] scratch, double[] sum) {
    if (rowWeight != 0) {
      for (int j = 0; j < z.length; j++) {
        scratch[j] = factor * z[j] - logOfRows[i];
      }
      addExponentials(rowWeight, scratch, sum);
    }
    if (columnWeight != 0) {
      for (int j = 0; j < z.length; j++) {
        scratch[j] = factor * z[j] - logOfColumns[j];
      }
      addExponentials(columnWeight, scratch, sum);
    }
  }

  private void addExponentials(double weight, double[] x, double[] sum) {
    exponential.exp(x, x.length);
    for (int j = 0; j < x.length; j++) {
      sum[j] += weight * x[j];
    }
  }
}
