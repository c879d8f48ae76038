package org.clap4j.training.evaluation;

/** Similarities between clips and captions, made block by block. Equal calls give equal bits. */
interface SimilaritySource {

  /** C, the number of clips. */
  int clips();

  /** M, the number of captions. */
  int captions();

  /** Reads the rows of clips [first, first + count), row-major [count, M]. */
  void read(int first, int count, float[] block);
}
