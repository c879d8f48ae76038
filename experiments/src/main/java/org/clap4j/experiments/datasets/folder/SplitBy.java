package org.clap4j.experiments.datasets.folder;

/** How a folder's clips are split. */
public enum SplitBy {
  /** By a draw from each clip's path. */
  PATH,
  /** By the sub-folders {@code train}, {@code validation} and {@code test}. */
  SUB_FOLDER
}
