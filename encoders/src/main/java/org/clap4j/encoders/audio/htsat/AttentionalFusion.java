package org.clap4j.encoders.audio.htsat;

import java.io.Serializable;
import java.util.List;
import org.clap4j.core.kernels.DenseKernels;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.Named;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.layers.Sequential;
import org.clap4j.encoders.audio.LastAxisBatchNorm;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Mixes two images of tokens, g and l [B, L, D], by weights that both have: 2 (w g + (1 - w) l), w
 * = σ(local(g + l) + global(g + l)), where local looks at each token and global at their mean (Dai
 * et al. 2021, section 4.2). A part of blocks; parameters as in Hugging Face's {@code ClapModel}.
 *
 * @param local [B, L, D] to [B, L, D]
 * @param global [B, L, D] to [B, D]
 */
record AttentionalFusion(Named<Sequential> local, Named<Sequential> global)
    implements Serializable {

  private static final String GLOBAL_INPUT = "global_input";
  private static final String LOCAL_INPUT = "local_input";
  private static final String LOGITS = "logits";

  /** How much narrower the attention's hidden layer is, as in LAION's and Hugging Face's code. */
  private static final int NARROWING = 4;

  /** Gradients with respect to g and l, scratch. */
  record Gradients(INDArray global, INDArray local) {}

  /**
   * The fusion of images of a width, all of whose parameters are named {@code name.…}.
   *
   * @param width D, at least 4
   */
  static AttentionalFusion of(String name, int width) {
    int hidden = width / NARROWING;
    return new AttentionalFusion(
        new Named<>(
            name + ".local_att",
            Sequential.of(
                new Named<>("0", PatchKernel.pointwise(width, hidden)),
                new Named<>("1", new LastAxisBatchNorm(hidden, true)),
                new Named<>("3", PatchKernel.pointwise(hidden, width)),
                new Named<>("4", new LastAxisBatchNorm(width, false)))),
        new Named<>(
            name + ".global_att",
            Sequential.of(
                new Named<>("0", new TokenMean()),
                new Named<>("1", PatchKernel.pointwise(width, hidden)),
                new Named<>("2", new LastAxisBatchNorm(hidden, true)),
                new Named<>("4", PatchKernel.pointwise(hidden, width)),
                new Named<>("5", new LastAxisBatchNorm(width, false)))));
  }

  List<ParameterSpec> parameters() {
    return Named.parametersOf(local, global);
  }

  INDArray forward(BlockContext context, INDArray global_BLD, INDArray local_BLD) {
    DenseKernels kernels = context.kernels().dense();
    INDArray sum_BLD = context.activation(global_BLD.shape());
    kernels.add(global_BLD, local_BLD, sum_BLD);
    INDArray logits_BLD = local.forward(context, sum_BLD);
    INDArray ofMean_BD = global.forward(context, sum_BLD);
    for (long b = 0; b < ofMean_BD.size(0); b++) {
      kernels.addBias(logits_BLD.slice(b), ofMean_BD.slice(b));
    }
    if (context.keepsForBackward()) {
      context.save(GLOBAL_INPUT, global_BLD);
      context.save(LOCAL_INPUT, local_BLD);
      context.save(LOGITS, logits_BLD);
    }
    INDArray mixed_BLD = context.activation(global_BLD.shape());
    kernels.sigmoidMix(global_BLD, local_BLD, logits_BLD, mixed_BLD);
    return mixed_BLD;
  }

  Gradients backward(BlockContext context, INDArray outputGradient_BLD) {
    long[] shape = outputGradient_BLD.shape();
    DenseKernels kernels = context.kernels().dense();
    INDArray toGlobal = context.scratch(shape);
    INDArray toLocal = context.scratch(shape);
    INDArray toLogits = context.scratch(shape);
    kernels.sigmoidMixBackward(
        context.saved(GLOBAL_INPUT),
        context.saved(LOCAL_INPUT),
        context.saved(LOGITS),
        outputGradient_BLD,
        toGlobal,
        toLocal,
        toLogits);
    INDArray toMean_BD = context.scratch(shape[0], shape[2]);
    context
        .kernels()
        .sequences()
        .weightedTokenSum(toLogits, TokenMean.weights(shape[0], shape[1], 1), toMean_BD);
    INDArray toSum = local.backward(context, toLogits);
    kernels.add(toSum, global.backward(context, toMean_BD), toSum);
    kernels.add(toGlobal, toSum, toGlobal);
    kernels.add(toLocal, toSum, toLocal);
    return new Gradients(toGlobal, toLocal);
  }
}
