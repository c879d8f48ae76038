package org.clap4j.core.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Kernels of convolutional networks. Legend: B images, C channels, S positions; an array [B, C, H,
 * W] has S = H W positions.
 */
public interface ImageKernels {

  /** Computes y, the convolution of x with the weight. */
  void convolve(
      Convolution2d convolution, INDArray x, INDArray weight, Scratch scratch, INDArray y);

  /** Computes the gradients of a convolution with respect to x and to the weight. */
  void convolveBackward(
      Convolution2d convolution,
      INDArray x,
      INDArray weight,
      INDArray g,
      Scratch scratch,
      INDArray gx,
      INDArray weightGradient);

  /** Computes mean and biased variance of each channel over images and positions. */
  void batchStatistics(INDArray x_BCS, BatchNormStatistics out);

  /**
   * Computes y = (x - mean) / sqrt(variance + epsilon) · gain + shift (Ioffe and Szegedy 2015),
   * rectified if asked for. y may be x.
   */
  void batchNorm(
      INDArray x_BCS,
      BatchNormStatistics statistics,
      INDArray gain_C,
      INDArray shift_C,
      boolean rectifies,
      INDArray y_BCS);

  /**
   * Computes the gradients of batch norm. With n = (x - mean) · rstd, h = g, or g where y is
   * positive and 0 elsewhere if rectified: shiftGradient = Σ h, gainGradient = Σ h n, and gx = gain
   * · rstd · (h - mean(h) - n · mean(h n)) for statistics of this batch; constant statistics leave
   * gx = gain · rstd · h. gx may be g.
   *
   * @param y_BCS what {@link #batchNorm} gave; only read if it rectified
   * @param ofThisBatch whether the statistics are those of x
   */
  void batchNormBackward(
      INDArray x_BCS,
      INDArray y_BCS,
      INDArray g_BCS,
      BatchNormStatistics statistics,
      INDArray gain_C,
      boolean rectifies,
      boolean ofThisBatch,
      INDArray gx_BCS,
      INDArray gainGradient_C,
      INDArray shiftGradient_C);

  /**
   * Averages squares of 2 x 2: [B, C, H, W] to [B, C, H / 2, W / 2]. A last odd row or column is
   * left out.
   */
  void averagePool(INDArray x, INDArray y);

  /** Computes the gradient of average pooling; 0 in a last odd row or column. */
  void averagePoolBackward(INDArray g, INDArray gx);
}
