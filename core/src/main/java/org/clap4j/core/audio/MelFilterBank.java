package org.clap4j.core.audio;

import java.util.Arrays;

/**
 * Triangles over the bins of a power spectrum, kept without their zeros. Corners are spaced equally
 * on the mel scale from the lowest to the highest frequency; band m rises from corner m to corner m
 * + 1 and falls to corner m + 2.
 */
public final class MelFilterBank {

  private final int spectrumBins;
  private final int[] firstBin;
  private final float[][] weights;

  private MelFilterBank(int spectrumBins, int[] firstBin, float[][] weights) {
    this.spectrumBins = spectrumBins;
    this.firstBin = firstBin;
    this.weights = weights;
  }

  /** Computes the filter bank of a front end, in double, rounded once. */
  public static MelFilterBank of(LogMelSettings settings) {
    double[] corners = cornersHz(settings);
    int bands = settings.melBins();
    int[] firstBin = new int[bands];
    float[][] weights = new float[bands][];
    for (int band = 0; band < bands; band++) {
      float[] row = triangle(settings, corners[band], corners[band + 1], corners[band + 2]);
      int first = 0;
      while (first < row.length && row[first] == 0) {
        first++;
      }
      int end = row.length;
      while (end > first && row[end - 1] == 0) {
        end--;
      }
      firstBin[band] = first;
      weights[band] = Arrays.copyOfRange(row, first, end);
    }
    return new MelFilterBank(settings.spectrumBins(), firstBin, weights);
  }

  private static double[] cornersHz(LogMelSettings settings) {
    MelScale scale = settings.melScale();
    double low = scale.toMel(settings.minFrequencyHz());
    double high = scale.toMel(settings.maxFrequencyHz());
    double[] corners = new double[settings.melBins() + 2];
    for (int i = 0; i < corners.length; i++) {
      corners[i] = scale.toHz(low + (high - low) * i / (corners.length - 1));
    }
    return corners;
  }

  private static float[] triangle(LogMelSettings settings, double low, double peak, double high) {
    double scale = settings.melNorm() == MelNorm.SLANEY ? 2 / (high - low) : 1;
    float[] row = new float[settings.spectrumBins()];
    for (int k = 0; k < row.length; k++) {
      double hz = (double) k * settings.sampleRateHz() / settings.fftSize();
      double height = Math.min((hz - low) / (peak - low), (high - hz) / (high - peak));
      row[k] = (float) (scale * Math.max(0, height));
    }
    return row;
  }

  /** Number of mel bands. */
  public int bands() {
    return weights.length;
  }

  /**
   * Sums a power spectrum into mel bands.
   *
   * @param power [fftSize / 2 + 1]
   * @param mel receives the bands, from offset on
   * @param offset where the first band goes
   */
  void apply(float[] power, float[] mel, int offset) {
    for (int band = 0; band < weights.length; band++) {
      float[] row = weights[band];
      int first = firstBin[band];
      float sum = 0;
      for (int k = 0; k < row.length; k++) {
        sum += row[k] * power[first + k];
      }
      mel[offset + band] = sum;
    }
  }

  /** The end of the last bin that any band listens to: what lies above need not be computed. */
  int usedBins() {
    int used = 0;
    for (int band = 0; band < weights.length; band++) {
      used = Math.max(used, firstBin[band] + weights[band].length);
    }
    return used;
  }

  /** Writes the bank out with its zeros, shape [bands, fftSize / 2 + 1]. */
  public float[][] dense() {
    float[][] dense = new float[bands()][spectrumBins];
    for (int band = 0; band < bands(); band++) {
      System.arraycopy(weights[band], 0, dense[band], firstBin[band], weights[band].length);
    }
    return dense;
  }
}
