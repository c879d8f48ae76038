package org.clap4j.encoders.heads;

import java.util.List;
import org.clap4j.core.kernels.DenseKernels;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.Dropout;
import org.clap4j.core.layers.Gelu;
import org.clap4j.core.layers.LayerNorm;
import org.clap4j.core.layers.Linear;
import org.clap4j.core.layers.Named;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.layers.Sequential;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * e = W₁ x; LayerNorm(e + dropout(W₂ gelu(e))), [B, E] to [B, D]. Parameters {@code
 * linear1.weight}, {@code linear2.weight}, {@code layer_norm.weight} and {@code layer_norm.bias};
 * the linear maps have no biases.
 *
 * @param featureDim E
 * @param dim D
 * @param dropout on the branch, in [0, 1)
 */
record MsClapProjection(int featureDim, int dim, double dropout) implements Block {

  private static final double EPSILON = 1e-5;

  private Named<Linear> linear1() {
    return new Named<>("linear1", Linear.withoutBias(featureDim, dim));
  }

  private Named<Sequential> branch() {
    return new Named<>(
        "",
        Sequential.of(
            new Named<>("gelu", new Gelu()),
            new Named<>("linear2", Linear.withoutBias(dim, dim)),
            new Named<>("drop", new Dropout(dropout))));
  }

  private Named<LayerNorm> norm() {
    return new Named<>("layer_norm", new LayerNorm(dim, EPSILON));
  }

  @Override
  public List<ParameterSpec> parameters() {
    return Named.parametersOf(linear1(), branch(), norm());
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input_BE) {
    INDArray e_BD = linear1().forward(context, input_BE);
    INDArray sum_BD = context.activation(e_BD.shape());
    context.kernels().dense().add(e_BD, branch().forward(context, e_BD), sum_BD);
    return norm().forward(context, sum_BD);
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient_BD) {
    INDArray sumGradient_BD = norm().backward(context, outputGradient_BD);
    INDArray branchGradient_BD = branch().backward(context, sumGradient_BD);
    INDArray eGradient_BD = context.scratch(sumGradient_BD.shape());
    DenseKernels kernels = context.kernels().dense();
    kernels.add(sumGradient_BD, branchGradient_BD, eGradient_BD);
    return linear1().backwardToInput(context, eGradient_BD);
  }
}
