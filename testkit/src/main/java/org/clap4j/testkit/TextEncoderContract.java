package org.clap4j.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.clap4j.core.layers.Block;
import org.clap4j.core.model.TextEncoder;
import org.clap4j.core.text.TokenBatch;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The tests that every text encoder inherits: shape, padding invariance, gradients, parameter
 * names, determinism, save and load. Golden values are added by the subclass.
 *
 * <pre>{@code
 * class MyEncoderTest extends TextEncoderContract {
 *   protected TextEncoder encoder() { return new MyEncoder(...); }  // small, with dropout if it has any
 *   protected TokenBatch tokens() { return new TokenBatch(ids, mask); }  // two captions, one padded
 *   protected List<String> parameterNames() { return List.of("text_encoder...", ...); }
 * }
 * }</pre>
 */
public abstract class TextEncoderContract extends EncoderContract {

  /** Float: the same sums over the same tokens, in an order that may differ. */
  private static final double PADDING_TOLERANCE = 1e-6;

  /** A small encoder: each element of its parameters is moved in the gradient check. */
  protected abstract TextEncoder encoder();

  /** Two captions, the second with padding at its end. */
  protected abstract TokenBatch tokens();

  @Override
  final Block blocks() {
    return TowerChain.of(encoder());
  }

  @Override
  final INDArray input() {
    return floats(tokens().ids());
  }

  @Override
  final INDArray mask() {
    return floats(tokens().mask());
  }

  private static INDArray floats(int[][] values) {
    return Nd4j.createFromArray(values).castTo(DataType.FLOAT);
  }

  @Override
  final boolean inputIsDifferentiable() {
    return false;
  }

  @Override
  final int featureDim() {
    return encoder().featureDim();
  }

  @Test
  void paddingChangesNothing() {
    INDArray expected = context(DataType.FLOAT, 1).inference().forward(input());
    TokenBatch longer = padded(tokens(), 1);
    INDArray actual =
        context(DataType.FLOAT, 1)
            .inference()
            .withMask(floats(longer.mask()))
            .forward(floats(longer.ids()));
    double difference = expected.sub(actual).amaxNumber().doubleValue();
    assertTrue(difference <= PADDING_TOLERANCE, () -> "features differ by " + difference);
  }

  @Test
  void otherCaptionsOfTheBatchChangeNothing() {
    TokenBatch tokens = tokens();
    INDArray both = context(DataType.FLOAT, 1).inference().forward(input());
    for (int b = 0; b < 2; b++) {
      INDArray alone =
          context(DataType.FLOAT, 1)
              .inference()
              .withMask(floats(new int[][] {tokens.mask()[b]}))
              .forward(floats(new int[][] {tokens.ids()[b]}));
      double difference = both.getRow(b, true).sub(alone).amaxNumber().doubleValue();
      assertTrue(difference <= PADDING_TOLERANCE, () -> "features differ by " + difference);
    }
  }

  @Test
  void moreTokensThanItTakesAreRefused() {
    TokenBatch tooLong = padded(tokens(), encoder().maxLength());
    ArrayBlockContext context =
        context(DataType.FLOAT, 1).inference().withMask(floats(tooLong.mask()));
    assertThrows(IllegalArgumentException.class, () -> context.forward(floats(tooLong.ids())));
  }

  private static TokenBatch padded(TokenBatch tokens, int more) {
    int length = tokens.length() + more;
    return new TokenBatch(
        Arrays.stream(tokens.ids()).map(row -> Arrays.copyOf(row, length)).toArray(int[][]::new),
        Arrays.stream(tokens.mask()).map(row -> Arrays.copyOf(row, length)).toArray(int[][]::new));
  }
}
