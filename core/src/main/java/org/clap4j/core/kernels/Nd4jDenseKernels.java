package org.clap4j.core.kernels;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Dense kernels made of plain ND4J operations. */
final class Nd4jDenseKernels implements DenseKernels {

  private static final double INVERSE_ROOT_2 = Math.sqrt(0.5);
  private static final double GELU_CUBE = 0.044715;
  private static final double GELU_SCALE = 2 * Math.sqrt(2 / Math.PI);
  private static final double INVERSE_ROOT_2_PI = 1 / Math.sqrt(2 * Math.PI);

  @Override
  public void multiply(
      INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray out) {
    matmul(a, transposeA, b, transposeB, out);
  }

  @Override
  public void multiplyAdd(
      INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray out) {
    INDArray product = out.ulike();
    matmul(a, transposeA, b, transposeB, product);
    out.addi(product);
  }

  /** The native operation, which takes matrices and stacks of matrices. */
  static void matmul(INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray out) {
    Nd4j.exec(
        DynamicCustomOp.builder("matmul")
            .addInputs(a, b)
            .addOutputs(out)
            .addIntegerArguments(transposeA ? 1 : 0, transposeB ? 1 : 0, 0)
            .build());
  }

  /**
   * x Wᵀ + b in one native operation. The weight is handed over transposed: the operation's own
   * flag for it means another thing where oneDNN is not there.
   */
  static void matmulPlusBias(INDArray x_RI, INDArray weight_OI, INDArray bias_O, INDArray y_RO) {
    Nd4j.exec(
        DynamicCustomOp.builder("xw_plus_b")
            .addInputs(x_RI, weight_OI.transpose(), bias_O)
            .addOutputs(y_RO)
            .build());
  }

  @Override
  public void linear(INDArray x_RI, INDArray weight_OI, @Nullable INDArray bias_O, INDArray y_RO) {
    matmul(x_RI, false, weight_OI, true, y_RO);
    if (bias_O != null) {
      addBias(y_RO, bias_O);
    }
  }

  @Override
  public void linear(
      INDArray x_RI,
      List<INDArray> weights_OI,
      List<INDArray> biases_O,
      Scratch scratch,
      INDArray y_RS) {
    long from = 0;
    for (int i = 0; i < weights_OI.size(); i++) {
      long outputs = weights_OI.get(i).size(0);
      INDArray y_RO = scratch.lend(x_RI.size(0), outputs);
      linear(x_RI, weights_OI.get(i), biases_O.get(i), y_RO);
      y_RS.get(NDArrayIndex.all(), NDArrayIndex.interval(from, from + outputs)).assign(y_RO);
      from += outputs;
    }
  }

  @Override
  public void addBias(INDArray x_RD, INDArray bias_D) {
    x_RD.addiRowVector(bias_D);
  }

  @Override
  public void add(INDArray a, INDArray b, INDArray out) {
    a.add(b, out);
  }

  @Override
  public void columnSums(INDArray x_RD, INDArray out_D) {
    out_D.assign(x_RD.sum(0));
  }

  @Override
  public void relu(INDArray x, INDArray y) {
    y.assign(Transforms.relu(x, true));
  }

  @Override
  public void reluBackward(INDArray y, INDArray g, INDArray gx) {
    g.mul(y.gt(0).castTo(g.dataType()), gx);
  }

  @Override
  public void gelu(INDArray x, INDArray y) {
    x.mul(normalDistribution(x), y);
  }

  @Override
  public void geluBackward(INDArray x, INDArray g, INDArray gx) {
    INDArray density = Transforms.exp(x.mul(x).muli(-0.5), false).muli(INVERSE_ROOT_2_PI);
    g.mul(normalDistribution(x).addi(density.muli(x)), gx);
  }

  /** Φ(x) = (1 + erf(x / sqrt 2)) / 2. */
  private static INDArray normalDistribution(INDArray x) {
    return Nd4j.exec(new Erf(x.mul(INVERSE_ROOT_2))).addi(1).muli(0.5);
  }

  @Override
  public void biasGelu(INDArray x_RD, INDArray bias_D, INDArray y_RD) {
    addBias(x_RD, bias_D);
    gelu(x_RD, y_RD);
  }

  @Override
  public void geluTanh(INDArray x, INDArray y) {
    x.mul(geluSigmoid(x), y);
  }

  @Override
  public void geluTanhBackward(INDArray x, INDArray g, INDArray gx) {
    INDArray sigmoid = geluSigmoid(x);
    INDArray slope = x.mul(x).muli(3 * GELU_CUBE).addi(1).muli(x).muli(GELU_SCALE);
    g.mul(slope.muli(sigmoid).muli(sigmoid.rsub(1)).addi(sigmoid), gx);
  }

  /** σ(2 √(2/π) (x + c x³)) = (1 + tanh(√(2/π) (x + c x³))) / 2. */
  private static INDArray geluSigmoid(INDArray x) {
    INDArray half = x.mul(x).muli(GELU_CUBE).addi(1).muli(x).muli(GELU_SCALE / 2);
    return Transforms.tanh(half, false).addi(1).muli(0.5);
  }

  @Override
  public void tanh(INDArray x, INDArray y) {
    y.assign(Transforms.tanh(x, true));
  }

  @Override
  public void tanhBackward(INDArray y, INDArray g, INDArray gx) {
    g.mul(y.mul(y).rsubi(1), gx);
  }

  @Override
  public void sigmoidMix(INDArray a, INDArray b, INDArray z, INDArray y) {
    INDArray weight = Transforms.sigmoid(z, true);
    y.assign(a.sub(b).muli(weight).addi(b).muli(2));
  }

  @Override
  public void sigmoidMixBackward(
      INDArray a, INDArray b, INDArray z, INDArray g, INDArray ga, INDArray gb, INDArray gz) {
    INDArray weight = Transforms.sigmoid(z, true);
    INDArray rest = weight.rsub(1);
    INDArray twice = g.mul(2);
    INDArray toWeight = a.sub(b).muli(twice);
    ga.assign(weight.mul(twice));
    gb.assign(rest.mul(twice));
    gz.assign(toWeight.muli(weight).muli(rest));
  }

  @Override
  public void layerNorm(
      INDArray x_RD,
      INDArray gain_D,
      INDArray bias_D,
      double epsilon,
      INDArray y_RD,
      INDArray mean_R,
      INDArray rstd_R) {
    mean_R.assign(x_RD.mean(1));
    INDArray centred = x_RD.subColumnVector(mean_R);
    INDArray variance = centred.mul(centred).mean(1);
    rstd_R.assign(Transforms.pow(variance.addi(epsilon), -0.5, false));
    y_RD.assign(centred.muliColumnVector(rstd_R).muliRowVector(gain_D).addiRowVector(bias_D));
  }

  @Override
  public void addLayerNorm(
      INDArray a_RD,
      INDArray b_RD,
      INDArray gain_D,
      INDArray bias_D,
      double epsilon,
      INDArray sum_RD,
      INDArray y_RD,
      INDArray mean_R,
      INDArray rstd_R) {
    add(a_RD, b_RD, sum_RD);
    layerNorm(sum_RD, gain_D, bias_D, epsilon, y_RD, mean_R, rstd_R);
  }

  @Override
  public void layerNormBackward(
      INDArray x_RD,
      INDArray g_RD,
      INDArray gain_D,
      INDArray mean_R,
      INDArray rstd_R,
      INDArray gx_RD,
      INDArray gainGradient_D,
      INDArray biasGradient_D) {
    INDArray normalised = x_RD.subColumnVector(mean_R).muliColumnVector(rstd_R);
    INDArray h = g_RD.mulRowVector(gain_D);
    biasGradient_D.assign(g_RD.sum(0));
    gainGradient_D.assign(g_RD.mul(normalised).sum(0));
    INDArray meanOfProducts = h.mul(normalised).mean(1);
    INDArray meanOfH = h.mean(1);
    h.subiColumnVector(meanOfH).subi(normalised.muliColumnVector(meanOfProducts));
    gx_RD.assign(h.muliColumnVector(rstd_R));
  }

  @Override
  public void dropout(INDArray x, double rate, long seed, INDArray y) {
    float[] factors = new float[Math.toIntExact(x.length())];
    DropoutMask mask = new DropoutMask(rate, seed);
    float[] tile = new float[DropoutMask.TILE];
    for (int from = 0; from < factors.length; from += DropoutMask.TILE) {
      int count = Math.min(DropoutMask.TILE, factors.length - from);
      mask.fill(from / DropoutMask.TILE, tile, count);
      System.arraycopy(tile, 0, factors, from, count);
    }
    try (INDArray factor = Nd4j.createFromArray(factors)) {
      INDArray typed = factor.castTo(x.dataType()).reshape(x.shape());
      x.mul(typed, y);
      y.muli(mask.scale());
    }
  }
}
