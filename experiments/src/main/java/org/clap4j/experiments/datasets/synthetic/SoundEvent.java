package org.clap4j.experiments.datasets.synthetic;

import java.util.Comparator;
import java.util.List;

/** A train of strokes of one kind. */
record SoundEvent(EventKind kind, Pitch pitch, Rate rate, Loudness loudness)
    implements Comparable<SoundEvent> {

  private static final Comparator<SoundEvent> ORDER =
      Comparator.comparing(SoundEvent::kind)
          .thenComparing(SoundEvent::pitch)
          .thenComparing(SoundEvent::rate)
          .thenComparing(SoundEvent::loudness);

  /** Its properties. */
  List<Property> properties() {
    return List.of(pitch, rate, loudness);
  }

  @Override
  public int compareTo(SoundEvent other) {
    return ORDER.compare(this, other);
  }
}
