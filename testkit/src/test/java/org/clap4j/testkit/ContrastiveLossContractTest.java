package org.clap4j.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.opentest4j.AssertionFailedError;

class ContrastiveLossContractTest {

  /** mean_i |audio_i - text_i|^2, whose gradient is 2 / N (audio - text), times a factor. */
  private record Alignment(double gradientFactor) implements ContrastiveLoss {

    @Override
    public List<ParameterSpec> parameters() {
      return List.of();
    }

    @Override
    public LossOutput evaluate(
        INDArray audio_ND, INDArray text_ND, LossParameters parameters, PairIds ids) {
      INDArray difference_ND = audio_ND.sub(text_ND);
      double value = difference_ND.mul(difference_ND).sumNumber().doubleValue() / ids.size();
      INDArray gradient_ND = difference_ND.mul(gradientFactor * 2 / ids.size());
      return new LossOutput(value, gradient_ND, gradient_ND.neg(), Map.of());
    }
  }

  private static ContrastiveLossContract contract(double gradientFactor) {
    return new ContrastiveLossContract() {
      @Override
      protected ContrastiveLoss loss() {
        return new Alignment(gradientFactor);
      }
    };
  }

  @Test
  void aLossThatHasItsValueAloneIsShownTheGradientThatItNeeds() {
    AssertionFailedError failure =
        assertThrows(
            AssertionFailedError.class, () -> contract(0).gradientsMatchCentralDifferences());
    String message = String.valueOf(failure.getMessage());
    assertTrue(
        message.matches("gradient of audio\\[\\d+]: -?0\\.\\d+ expected, -?0\\.0 found, .*"),
        message);
  }

  @Test
  void aGradientThatIsSlightlyOffFailsAndTheRightOnePasses() {
    assertThrows(
        AssertionFailedError.class, () -> contract(1.001).gradientsMatchCentralDifferences());
    contract(1).gradientsMatchCentralDifferences();
  }
}
