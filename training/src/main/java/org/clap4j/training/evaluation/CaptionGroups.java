package org.clap4j.training.evaluation;

/** Which captions belong to which clip. */
final class CaptionGroups {

  private final int[] clipOfCaption;

  /** Captions sorted by clip; those of clip c are [starts[c], starts[c + 1]). */
  private final int[] captions;

  private final int[] starts;

  CaptionGroups(int[] clipOfCaption, int clips) {
    this.clipOfCaption = clipOfCaption.clone();
    starts = new int[clips + 1];
    for (int j = 0; j < clipOfCaption.length; j++) {
      int clip = clipOfCaption[j];
      if (clip < 0 || clip >= clips) {
        throw new IllegalArgumentException(
            "caption %d belongs to clip %d, which is not in [0, %d)".formatted(j, clip, clips));
      }
      starts[clip + 1]++;
    }
    for (int clip = 0; clip < clips; clip++) {
      if (starts[clip + 1] == 0) {
        throw new IllegalArgumentException("clip " + clip + " has no caption");
      }
      starts[clip + 1] += starts[clip];
    }
    captions = new int[clipOfCaption.length];
    int[] next = starts.clone();
    for (int j = 0; j < clipOfCaption.length; j++) {
      captions[next[clipOfCaption[j]]++] = j;
    }
  }

  int clipOf(int caption) {
    return clipOfCaption[caption];
  }

  int count(int clip) {
    return starts[clip + 1] - starts[clip];
  }

  /** The n-th caption of a clip. */
  int caption(int clip, int n) {
    return captions[starts[clip] + n];
  }
}
