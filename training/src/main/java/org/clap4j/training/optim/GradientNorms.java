package org.clap4j.training.optim;

import java.util.EnumMap;
import java.util.Map;
import org.clap4j.core.model.Tower;

/**
 * Euclidean norms of the gradient before clipping, running statistics left out.
 *
 * @param total over all parameters together
 * @param byTower over the parameters of each part; 0 for a frozen one
 * @param ofLoss of each single number that the loss trains, by name: {@code log_logit_scale}
 */
public record GradientNorms(double total, Map<Tower, Double> byTower, Map<String, Double> ofLoss) {

  private static final double GUARD = 1e-6;

  /** Freezes the maps. */
  public GradientNorms {
    byTower = Map.copyOf(byTower);
    ofLoss = Map.copyOf(ofLoss);
  }

  static GradientNorms ofSquares(Map<Tower, Double> squares, Map<String, Double> ofLoss) {
    double sum = 0;
    Map<Tower, Double> norms = new EnumMap<>(Tower.class);
    for (Tower tower : Tower.values()) {
      double square = squares.getOrDefault(tower, 0.0);
      sum += square;
      norms.put(tower, Math.sqrt(square));
    }
    return new GradientNorms(Math.sqrt(sum), norms, ofLoss);
  }

  /** Whether every element of the gradient is finite. */
  public boolean isFinite() {
    return Double.isFinite(total);
  }

  /**
   * The factor that brings the gradient down to a largest norm: min(1, maxNorm / (total + 1e-6)),
   * as torch.nn.utils.clip_grad_norm_ has it.
   */
  public double clippingCoefficient(double maxNorm) {
    return Math.min(1, maxNorm / (total + GUARD));
  }
}
