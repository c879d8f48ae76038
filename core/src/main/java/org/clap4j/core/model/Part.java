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

  /**
   * The part that a vertex or a parameter belongs to, by its name: {@code
   * audio_encoder.fc1.weight}, {@code text_embedding}, {@code log_logit_scale}.
   */
  public static Part ofName(String name) {
    if (name.startsWith(TowerGraphs.AUDIO_INPUT + "_")) {
      return name.startsWith(TowerGraphs.AUDIO_ENCODER) ? AUDIO_ENCODER : AUDIO_HEAD;
    }
    if (name.startsWith(TowerGraphs.TEXT_INPUT + "_")) {
      return name.startsWith(TowerGraphs.TEXT_ENCODER) ? TEXT_ENCODER : TEXT_HEAD;
    }
    return LOSS;
  }

  /** All parts of a tower. */
  public static Set<Part> of(Tower tower) {
    return Arrays.stream(values())
        .filter(part -> part.tower == tower)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Part.class)));
  }
}
