package org.clap4j.core.audio;

import java.util.Arrays;

/** What makes a clip longer that is too short. */
public enum ClipFill {
  /**
   * Repeats the whole clip as often as it fits, then adds zeros ({@code repeatpad} in the field).
   */
  REPEAT_PAD {
    @Override
    float[] fill(float[] samples, int length) {
      float[] filled = new float[length];
      for (int at = 0; at + samples.length <= length; at += samples.length) {
        System.arraycopy(samples, 0, filled, at, samples.length);
      }
      return filled;
    }
  },

  /** Adds zeros at the end. */
  PAD {
    @Override
    float[] fill(float[] samples, int length) {
      return Arrays.copyOf(samples, length);
    }
  },

  /** Repeats the clip, cut off at the end. */
  REPEAT {
    @Override
    float[] fill(float[] samples, int length) {
      float[] filled = new float[length];
      for (int at = 0; at < length; at += samples.length) {
        System.arraycopy(samples, 0, filled, at, Math.min(samples.length, length - at));
      }
      return filled;
    }
  };

  abstract float[] fill(float[] samples, int length);
}
