package org.clap4j.core.model;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** What of a two-tower model learns, or is frozen, as one. */
public enum Part {
  /** Log-mels to features. */
  AUDIO_ENCODER(Tower.AUDIO),
  /** Features to embeddings, normalisation included. */
  AUDIO_HEAD(Tower.AUDIO),
  /** Tokens to features. */
  TEXT_ENCODER(Tower.TEXT),
  /** Features to embeddings, normalisation included. */
  TEXT_HEAD(Tower.TEXT),
  /** What the loss trains. */
  LOSS(Tower.LOSS);

  private final Tower tower;

  Part(Tower tower) {
    this.tower = tower;
  }

  /** The tower that it is a part of. */
  public Tower tower() {
    return tower;
  }

  /** All parts of a tower. */
  public static Set<Part> of(Tower tower) {
    return Arrays.stream(values())
        .filter(part -> part.tower == tower)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Part.class)));
  }
}
