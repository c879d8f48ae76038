package org.clap4j.core.audio;

/**
 * How clips become what an audio tower takes.
 *
 * @param frontEnd how log-mels are computed
 * @param clipLength what clips are brought to
 * @param fusesLongClips whether the tower takes all of a longer clip, by {@link LongClipFusion},
 *     rather than a crop or windows of it
 */
public record AudioInput(LogMelSettings frontEnd, ClipLength clipLength, boolean fusesLongClips) {

  /** Samples of every clip that is not longer. */
  public int samples() {
    return clipLength.samples(frontEnd.sampleRateHz());
  }

  /** Log-mels of each clip. */
  public int maps() {
    return LongClipFusion.maps(fusesLongClips);
  }
}
