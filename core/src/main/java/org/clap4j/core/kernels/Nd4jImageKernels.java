package org.clap4j.core.kernels;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Image kernels made of plain ND4J operations. */
final class Nd4jImageKernels implements ImageKernels {

  /** Kernel 2 x 2, stride 2, no padding, no dilation, floor, NCHW. */
  private static final int[] POOLING = {2, 2, 2, 2, 0, 0, 1, 1, 0, 0, 0};

  @Override
  public void convolve(
      Convolution2d convolution, INDArray x, INDArray weight, Scratch scratch, INDArray y) {
    convolution.forward(x, weight, y);
  }

  @Override
  public void convolveBackward(
      Convolution2d convolution,
      INDArray x,
      INDArray weight,
      INDArray g,
      Scratch scratch,
      INDArray gx,
      INDArray weightGradient) {
    convolution.backward(x, weight, g, gx, weightGradient);
  }

  @Override
  public void batchStatistics(INDArray x_BCS, BatchNormStatistics out) {
    // Sums of many thousand floats lose digits that the gradients need.
    INDArray x = channels(x_BCS).castTo(DataType.DOUBLE);
    out.mean_C().assign(x.mean(0, 2).castTo(x_BCS.dataType()));
    out.variance_C().assign(x.var(false, 0, 2).castTo(x_BCS.dataType()));
  }

  @Override
  public void batchNorm(
      INDArray x_BCS,
      BatchNormStatistics statistics,
      INDArray gain_C,
      INDArray shift_C,
      boolean rectifies,
      INDArray y_BCS) {
    INDArray y = normalised(x_BCS, statistics).mul(perChannel(gain_C)).addi(perChannel(shift_C));
    y_BCS.assign((rectifies ? Transforms.relu(y, false) : y).reshape(y_BCS.shape()));
  }

  @Override
  public void batchNormBackward(
      INDArray x_BCS,
      INDArray y_BCS,
      INDArray g_BCS,
      BatchNormStatistics statistics,
      INDArray gain_C,
      boolean rectifies,
      boolean ofThisBatch,
      INDArray gx_BCS,
      INDArray gainGradient_C,
      INDArray shiftGradient_C) {
    INDArray n = normalised(x_BCS, statistics);
    INDArray h = channels(g_BCS);
    if (rectifies) {
      h = h.mul(channels(y_BCS).gt(0).castTo(h.dataType()));
    }
    INDArray product = h.mul(n);
    gainGradient_C.assign(product.sum(0, 2));
    shiftGradient_C.assign(h.sum(0, 2));
    INDArray centred = h;
    if (ofThisBatch) {
      INDArray towardsMean = perChannel(h.mean(0, 2));
      INDArray towardsSpread = n.mul(perChannel(product.mean(0, 2)));
      centred = h.sub(towardsMean).subi(towardsSpread);
    }
    INDArray scale = perChannel(gain_C.mul(rstd(statistics)));
    gx_BCS.assign(centred.mul(scale).reshape(gx_BCS.shape()));
  }

  private static INDArray normalised(INDArray x_BCS, BatchNormStatistics statistics) {
    return channels(x_BCS).sub(perChannel(statistics.mean_C())).muli(perChannel(rstd(statistics)));
  }

  private static INDArray rstd(BatchNormStatistics statistics) {
    INDArray variance = statistics.variance_C().add(statistics.epsilon());
    return Transforms.sqrt(variance, false).rdivi(1);
  }

  private static INDArray channels(INDArray array) {
    return array.reshape('c', new long[] {array.size(0), array.size(1), -1});
  }

  private static INDArray perChannel(INDArray array_C) {
    return array_C.reshape(1, array_C.length(), 1);
  }

  @Override
  public void averagePool(INDArray x, INDArray y) {
    Nd4j.exec(
        DynamicCustomOp.builder("avgpool2d")
            .addInputs(x)
            .addOutputs(y)
            .addIntegerArguments(POOLING)
            .build());
  }

  @Override
  public void averagePoolBackward(INDArray g, INDArray gx) {
    Nd4j.exec(
        DynamicCustomOp.builder("avgpool2d_bp")
            .addInputs(gx.assign(0), g)
            .addOutputs(gx)
            .addIntegerArguments(POOLING)
            .build());
  }
}
