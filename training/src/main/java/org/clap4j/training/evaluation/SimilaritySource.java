package org.clap4j.training.evaluation;

/** Similarities between clips and captions, made tile by tile. Equal calls give equal bits. */
interface SimilaritySource {

  /** C, the number of clips. */
  int clips();

  /** M, the number of captions. */
  int captions();

  /** Reads a tile, row-major [clips, captions]. */
  void read(int firstClip, int clips, int firstCaption, int captions, float[] tile);
}
