package org.clap4j.experiments.cli;

/** How the MODEL argument is explained. */
final class ModelArgument {

  static final String DESCRIPTION =
      "A run directory (its best checkpoint, else its last), a checkpoint directory, a Hugging"
          + " Face CLAP folder, or a configuration with pretrained.model.";

  private ModelArgument() {}
}
