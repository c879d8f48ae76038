package org.clap4j.experiments.cli;

/** How the MODEL argument is explained. */
final class ModelArgument {

  static final String DESCRIPTION =
      "A run directory (its best checkpoint, else its last), a checkpoint directory, or a Hugging"
          + " Face CLAP folder.";

  private ModelArgument() {}
}
