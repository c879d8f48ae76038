package org.clap4j.encoders.weights;

/**
 * Names of a model's arrays in a {@code ClapModel} of transformers: HTS-AT, RoBERTa and LAION's
 * heads. {@code logit_scale_a}, which both of LAION's logits are trained with here, is ours.
 */
public final class HuggingFaceClapNames {

  private static final String AUDIO = "audio_encoder.";
  private static final String TEXT = "text_encoder.";
  private static final String LOG_LOGIT_SCALE = "log_logit_scale";

  private HuggingFaceClapNames() {}

  /** Their name of one of a model's parameters. */
  public static String theirs(String ours) {
    if (ours.startsWith(AUDIO)) {
      return "audio_model." + ours;
    }
    if (ours.startsWith(TEXT)) {
      return "text_model." + ours.substring(TEXT.length());
    }
    return ours.equals(LOG_LOGIT_SCALE) ? "logit_scale_a" : ours;
  }
}
