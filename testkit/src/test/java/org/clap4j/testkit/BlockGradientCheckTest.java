package org.clap4j.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.Initializer;
import org.clap4j.core.layers.ParameterSpec;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class BlockGradientCheckTest {

  @Test
  void acceptsRightGradients() {
    BlockGradientCheck.of(new Square(2)).input(3, 4).verify();
  }

  @Test
  void namesTheArraysWhoseGradientsAreWrong() {
    BlockGradientCheck check = BlockGradientCheck.of(new Square(1.9)).input(3, 4);
    String message = String.valueOf(assertThrows(AssertionError.class, check::verify).getMessage());
    assertTrue(message.contains("input[0]: backward gives "), message);
    assertTrue(message.contains("gain[0]: backward gives "), message);
  }

  /** y = gain x^2; right if the factor of its gradients is 2. */
  private record Square(double factor) implements Block {

    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          new ParameterSpec("gain", ParameterSpec.Kind.NO_DECAY, new Initializer.Constant(1), 1));
    }

    @Override
    public INDArray forward(BlockContext context, INDArray input) {
      INDArray output = context.activation(input.shape());
      output.assign(input).muli(input).muli(context.parameter("gain").getDouble(0));
      context.save("input", input);
      return output;
    }

    @Override
    public INDArray backward(BlockContext context, INDArray outputGradient) {
      INDArray input = context.saved("input");
      INDArray squares = context.scratch(input.shape());
      squares.assign(input).muli(input).muli(outputGradient);
      context.gradient("gain").assign(squares.sumNumber().doubleValue() * factor / 2);
      INDArray inputGradient = context.inputGradient(input.shape());
      return inputGradient
          .assign(input)
          .muli(factor * context.parameter("gain").getDouble(0))
          .muli(outputGradient);
    }
  }
}
