package org.clap4j.training.loading;

import java.util.List;
import org.clap4j.core.audio.AudioInput;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Puts log-mels together to the arrays that audio encoders take. */
final class LogMelArrays {

  private LogMelArrays() {}

  /**
   * Copies log-mels into one array outside of all workspaces, which its taker closes. A clip with
   * fewer log-mels than the encoder takes repeats its own.
   *
   * @param logMels of N clips, one or more
   * @return [N, C, F, M]
   */
  @SuppressWarnings("try") // the scope is left by closing it, and not used otherwise
  static INDArray stack(List<ClipLogMel> logMels, AudioInput input) {
    int size = logMels.get(0).size();
    int maps = input.maps();
    float[] values = new float[Math.multiplyExact(logMels.size(), maps * size)];
    for (int n = 0; n < logMels.size(); n++) {
      float[] ofClip = logMels.get(n).values();
      for (int map = 0; map < maps; map++) {
        int from = map * size % ofClip.length;
        System.arraycopy(ofClip, from, values, (n * maps + map) * size, size);
      }
    }
    int melBins = input.frontEnd().melBins();
    long[] shape = {logMels.size(), maps, size / melBins, melBins};
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      return Nd4j.create(values, shape, 'c');
    }
  }

  /** Which clips are longer than the window, [N]. */
  static boolean[] isLonger(List<ClipLogMel> logMels) {
    boolean[] isLonger = new boolean[logMels.size()];
    for (int n = 0; n < isLonger.length; n++) {
      isLonger[n] = logMels.get(n).isLonger();
    }
    return isLonger;
  }
}
