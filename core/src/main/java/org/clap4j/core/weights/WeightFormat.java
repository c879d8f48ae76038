package org.clap4j.core.weights;

import java.util.Optional;
import java.util.Set;
import org.clap4j.core.audio.LogMelSettings;

/**
 * How one family of files names and lays out its weights.
 *
 * <pre>{@code
 * MapBinder.newMapBinder(binder(), String.class, WeightFormat.class)
 *     .addBinding("my-encoder").to(MyFormat.class);
 * }</pre>
 *
 * <p>Parameters have the names of {@link org.clap4j.core.model.Parameter#name}: {@code
 * audio_encoder.…}, {@code audio_projection.…}, {@code text_encoder.…}, {@code text_projection.…},
 * and the loss's own, such as {@code log_logit_scale}. Implementations are immutable.
 */
public interface WeightFormat {

  /** Whether a file that holds arrays of these names, and no others, is of this family. */
  boolean recognizes(Set<String> names);

  /** What an array is for; empty if files of this family have no such array. */
  Optional<ArrayUse> use(String name);

  /**
   * The front end that the audio encoder in a file was trained with.
   *
   * @param names of all arrays of the file
   * @return empty if there is no audio encoder, or if the file does not tell
   */
  default Optional<LogMelSettings> frontEnd(Set<String> names) {
    return Optional.empty();
  }
}
