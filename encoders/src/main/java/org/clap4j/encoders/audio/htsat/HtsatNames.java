package org.clap4j.encoders.audio.htsat;

import java.util.Optional;

/**
 * Names of HTS-AT's parameters in Hugging Face's {@code ClapModel} and here: they differ in what
 * stands in front. {@code audio_model.audio_encoder.layers.0.blocks.1.layernorm_before.weight} is
 * {@code audio_encoder.layers.0.blocks.1.layernorm_before.weight}; shapes are the same.
 */
public final class HtsatNames {

  private static final String THEIRS = "audio_model.audio_encoder.";
  private static final String OURS = "audio_encoder.";

  private HtsatNames() {}

  /** Whether an array of a {@code ClapModel} belongs to its audio encoder. */
  public static boolean isOfEncoder(String huggingFaceName) {
    return huggingFaceName.startsWith(THEIRS);
  }

  /**
   * Our name of an array of a {@code ClapModel}; none for arrays of other parts, and for the
   * buffers of integers that follow from the sizes or only count.
   */
  public static Optional<String> fromHuggingFace(String huggingFaceName) {
    return isOfEncoder(huggingFaceName) && !isBuffer(huggingFaceName)
        ? Optional.of(OURS + huggingFaceName.substring(THEIRS.length()))
        : Optional.empty();
  }

  /** Whether an array only counts or follows from the sizes. */
  public static boolean isBuffer(String huggingFaceName) {
    return huggingFaceName.endsWith(".num_batches_tracked")
        || huggingFaceName.endsWith(".relative_position_index");
  }

  /** The name in a {@code ClapModel} of one of the encoder's parameters. */
  public static String toHuggingFace(String ourName) {
    if (!ourName.startsWith(OURS)) {
      throw new IllegalArgumentException(
          "'" + ourName + "' is no parameter of an audio encoder, whose names begin with " + OURS);
    }
    return THEIRS + ourName.substring(OURS.length());
  }
}
