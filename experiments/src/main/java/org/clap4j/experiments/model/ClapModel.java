package org.clap4j.experiments.model;

import org.clap4j.core.audio.AudioInput;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.Scoring;
import org.clap4j.core.model.TwoTowerModel;
import org.clap4j.core.text.Tokenizer;
import org.clap4j.experiments.ExperimentConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model with what it takes to feed it.
 *
 * @param config what it was made from
 * @param towers the towers and their parameters
 * @param tokenizer makes the text tower's input
 * @param frontEnd makes the audio tower's input
 * @param loss what the towers are trained with
 */
public record ClapModel(
    ExperimentConfig config,
    TwoTowerModel towers,
    Tokenizer tokenizer,
    LogMelSettings frontEnd,
    ContrastiveLoss loss)
    implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ClapModel.class);

  /** How clips become what the audio tower takes. */
  public AudioInput audioInput() {
    return new AudioInput(frontEnd, config.clip(), towers.fusesLongClips());
  }

  /** How clips and captions are compared by their embeddings. */
  public Scoring scoring() {
    return loss.scoring(towers.lossParameters());
  }

  /** What scores are multiplied with before a softmax makes probabilities of them. */
  public double logitScale() {
    return loss.logitScale(towers.lossParameters());
  }

  /** Frees the parameters, and warns of captions that have lost their ends, if any have. */
  @Override
  public void close() {
    long cut = tokenizer.truncatedCaptions();
    if (cut > 0) {
      LOG.warn(
          "{} of the captions had more than {} tokens and were cut; to keep them whole, raise"
              + " tokenizer.max-length",
          cut,
          tokenizer.maxLength());
    }
    towers.close();
  }
}
