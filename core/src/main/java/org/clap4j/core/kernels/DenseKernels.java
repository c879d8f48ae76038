package org.clap4j.core.kernels;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Kernels of linear layers, activations, layer norm and dropout. Legend: R rows, D columns.
 * Element-wise kernels may write over their input; the others may not.
 */
public interface DenseKernels {

  /** Computes out = op(a) · op(b) for matrices, where op transposes or does nothing. */
  void multiply(INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray out);

  /** Computes out = out + op(a) · op(b). */
  void multiplyAdd(INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray out);

  /**
   * Computes y = x Wᵀ, plus a bias in each row if there is one.
   *
   * @param x_RI rows of I inputs
   * @param weight_OI W, O outputs
   */
  void linear(INDArray x_RI, INDArray weight_OI, @Nullable INDArray bias_O, INDArray y_RO);

  /**
   * Computes y = [x W₁ᵀ + b₁, x W₂ᵀ + b₂, ..]: several maps of one input, results side by side.
   *
   * @param x_RI rows of I inputs
   * @param weights_OI W₁, W₂, ..
   * @param biases_O b₁, b₂, ..
   * @param y_RS S, the sum of all O
   */
  void linear(
      INDArray x_RI,
      List<INDArray> weights_OI,
      List<INDArray> biases_O,
      Scratch scratch,
      INDArray y_RS);

  /** Adds a bias to each row, in place. */
  void addBias(INDArray x_RD, INDArray bias_D);

  /** Computes out = a + b, element by element. */
  void add(INDArray a, INDArray b, INDArray out);

  /** Computes the sum over the rows: the gradient of a bias. */
  void columnSums(INDArray x_RD, INDArray out_D);

  /** Computes y = max(0, x). */
  void relu(INDArray x, INDArray y);

  /** Computes gx = g where y is positive, else 0. */
  void reluBackward(INDArray y, INDArray g, INDArray gx);

  /** Computes y = x Φ(x), Φ the normal distribution function by the error function. */
  void gelu(INDArray x, INDArray y);

  /** Computes gx = g (Φ(x) + x φ(x)), φ the normal density. */
  void geluBackward(INDArray x, INDArray g, INDArray gx);

  /** Computes y = x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2. */
  void geluTanh(INDArray x, INDArray y);

  /** Computes gx = g y'(x) for {@link #geluTanh}. */
  void geluTanhBackward(INDArray x, INDArray g, INDArray gx);

  /** Computes y = tanh(x). */
  void tanh(INDArray x, INDArray y);

  /** Computes gx = g (1 - y²), y = tanh(x). */
  void tanhBackward(INDArray y, INDArray g, INDArray gx);

  /** Computes y = 2 (σ(z) a + (1 - σ(z)) b), σ the logistic function. */
  void sigmoidMix(INDArray a, INDArray b, INDArray z, INDArray y);

  /**
   * Computes the gradients of {@link #sigmoidMix}: ga = 2 σ(z) g, gb = 2 (1 - σ(z)) g and gz = 2
   * σ(z) (1 - σ(z)) (a - b) g.
   */
  void sigmoidMixBackward(
      INDArray a, INDArray b, INDArray z, INDArray g, INDArray ga, INDArray gb, INDArray gz);

  /**
   * Adds a bias to each row of x, in place, and computes y = gelu(x) in the same pass; where y is x
   * itself, the sum is not kept.
   */
  void biasGelu(INDArray x_RD, INDArray bias_D, INDArray y_RD);

  /**
   * Computes y = (x - mean) · rstd · gain + bias for each row, rstd = 1 / sqrt(variance + epsilon)
   * (Ba et al. 2016), and keeps both statistics.
   */
  void layerNorm(
      INDArray x_RD,
      INDArray gain_D,
      INDArray bias_D,
      double epsilon,
      INDArray y_RD,
      INDArray mean_R,
      INDArray rstd_R);

  /** Computes sum = a + b, and {@link #layerNorm} of it in the same pass. */
  void addLayerNorm(
      INDArray a_RD,
      INDArray b_RD,
      INDArray gain_D,
      INDArray bias_D,
      double epsilon,
      INDArray sum_RD,
      INDArray y_RD,
      INDArray mean_R,
      INDArray rstd_R);

  /**
   * Computes the gradients of layer norm. With n = (x - mean) · rstd and h = g · gain: gx = rstd ·
   * (h - mean(h) - n · mean(h · n)), gainGradient = Σ g · n and biasGradient = Σ g over the rows.
   */
  void layerNormBackward(
      INDArray x_RD,
      INDArray g_RD,
      INDArray gain_D,
      INDArray mean_R,
      INDArray rstd_R,
      INDArray gx_RD,
      INDArray gainGradient_D,
      INDArray biasGradient_D);

  /**
   * Sets elements to 0 with probability {@code rate} and scales the others by 1 / (1 - rate). Which
   * ones depends on the seed and their position alone, so that the same call on the gradient is the
   * backward pass, and nothing needs to be kept.
   *
   * @param rate in [0, 1)
   */
  void dropout(INDArray x, double rate, long seed, INDArray y);
}
