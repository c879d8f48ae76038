package org.clap4j.training.loading;

import org.clap4j.core.audio.LongClipFusion;

/**
 * The log-mel of one clip.
 *
 * @param values [F, M] in dB; [4, F, M] of a clip that is fused
 * @param isLonger whether it is longer than the window, and fused
 */
record ClipLogMel(float[] values, boolean isLonger) {

  /** A clip of one log-mel. */
  static ClipLogMel single(float[] values) {
    return new ClipLogMel(values, false);
  }

  /** F · M. */
  int size() {
    return isLonger ? values.length / LongClipFusion.MAPS : values.length;
  }
}
