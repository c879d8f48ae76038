package org.clap4j.core.layers;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A block beside a residual connection: x + dropout(body(norm(x))) or norm(x + dropout(body(x))).
 *
 * @param body gives the shape that it takes
 * @param norm the layer norm
 * @param dropout on what the body gives; left out where it is the identity
 * @param placement where the norm stands
 */
public record ResidualBranch(
    Named<? extends Block> body,
    Named<LayerNorm> norm,
    Named<? extends Block> dropout,
    NormPlacement placement)
    implements Block {

  @Override
  public List<ParameterSpec> parameters() {
    return placement == NormPlacement.PRE
        ? Named.parametersOf(norm, body)
        : Named.parametersOf(body, norm);
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    if (placement == NormPlacement.PRE) {
      INDArray branch = branch(context, norm.forward(context, input));
      INDArray sum = sumArray(context, input, branch);
      context.kernels().dense().add(input, branch, sum);
      return sum;
    }
    INDArray branch = branch(context, input);
    INDArray sum = sumArray(context, input, branch);
    return norm.block().forward(norm.within(context), input, branch, sum);
  }

  private INDArray branch(BlockContext context, INDArray input) {
    INDArray output = body.forward(context, input);
    return dropout.isIdentity(context) ? output : dropout.forward(context, output);
  }

  /** What takes the sum: the branch's own array if nothing of it is kept. */
  private static INDArray sumArray(BlockContext context, INDArray input, INDArray branch) {
    boolean keeps = context.keepsForBackward() || branch == input;
    return keeps ? context.activation(input.shape()) : branch;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    boolean pre = placement == NormPlacement.PRE;
    INDArray sumGradient = pre ? outputGradient : norm.backward(context, outputGradient);
    INDArray bodyGradient =
        dropout.isIdentity(context) ? sumGradient : dropout.backward(context, sumGradient);
    INDArray branchGradient = body.backward(context, bodyGradient);
    if (pre) {
      branchGradient = norm.backward(context, branchGradient);
    }
    INDArray inputGradient = context.inputGradient(sumGradient.shape());
    context.kernels().dense().add(sumGradient, branchGradient, inputGradient);
    return inputGradient;
  }
}
