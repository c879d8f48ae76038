package org.clap4j.training.loading;

import java.util.List;
import org.clap4j.core.audio.LogMelSettings;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Puts log-mels together to the arrays that audio encoders take. */
final class LogMelArrays {

  private LogMelArrays() {}

  /**
   * Copies log-mels into one array outside of all workspaces, which its taker closes.
   *
   * @param logMels N times [F, M], one or more
   * @return [N, 1, F, M]
   */
  @SuppressWarnings("try") // the scope is left by closing it, and not used otherwise
  static INDArray stack(List<float[]> logMels, LogMelSettings settings) {
    int size = logMels.get(0).length;
    float[] values = new float[Math.multiplyExact(logMels.size(), size)];
    for (int n = 0; n < logMels.size(); n++) {
      System.arraycopy(logMels.get(n), 0, values, n * size, size);
    }
    long[] shape = {logMels.size(), 1, size / settings.melBins(), settings.melBins()};
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      return Nd4j.create(values, shape, 'c');
    }
  }
}
