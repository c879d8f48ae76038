package org.clap4j.encoders.audio.cnn14;

import java.util.List;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.ParameterSpec;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Averages over mel bins, then adds maximum and mean over time: [B, C, T, F] to [B, C]. Of equal
 * maxima the first takes the gradient.
 */
record TimePooling() implements Block {

  private static final String SHAPE = "shape";
  private static final String LOUDEST = "loudest";

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    INDArray overMel_BCT = input.mean(3);
    INDArray output_BC = context.activation(input.size(0), input.size(1));
    output_BC.assign(overMel_BCT.mean(2)).addi(overMel_BCT.max(2));
    if (context.keepsForBackward()) {
      INDArray loudest_BC = context.activation(output_BC.shape());
      loudest_BC.assign(Nd4j.argMax(overMel_BCT, 2));
      context.save(LOUDEST, loudest_BC);
      context.save(SHAPE, input.shape());
    }
    return output_BC;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    long[] shape = context.saved(SHAPE, long[].class);
    long clips = shape[0];
    long channels = shape[1];
    long frames = shape[2];
    long melBins = shape[3];
    INDArray share_BCT = context.scratch(clips, channels, frames);
    oneHot(context.saved(LOUDEST), share_BCT);
    share_BCT.addi(1.0 / frames).divi(melBins);
    share_BCT.muli(outputGradient.reshape('c', new long[] {clips, channels, 1}));
    INDArray inputGradient = context.inputGradient(shape);
    inputGradient.assign(
        share_BCT
            .reshape('c', new long[] {clips, channels, frames, 1})
            .broadcast(inputGradient.ulike()));
    return inputGradient;
  }

  private static void oneHot(INDArray index, INDArray out) {
    Nd4j.exec(
        DynamicCustomOp.builder("onehot")
            .addInputs(index.castTo(DataType.INT64))
            .addOutputs(out)
            .addIntegerArguments(-1, (int) out.size(-1))
            .addFloatingPointArguments(1.0, 0.0)
            .build());
  }
}
