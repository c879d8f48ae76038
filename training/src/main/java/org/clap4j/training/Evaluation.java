package org.clap4j.training;

import java.io.IOException;
import java.util.Map;

/** Measures a model while it is trained. It does not change the model. */
@FunctionalInterface
public interface Evaluation {

  /**
   * Gives metrics by the names under which they are logged: {@code val/text_to_audio/R_at_1}.
   *
   * @param step how many steps have been trained
   */
  Map<String, Double> evaluate(long step) throws IOException;

  /** Measures nothing. */
  static Evaluation none() {
    return step -> Map.of();
  }
}
