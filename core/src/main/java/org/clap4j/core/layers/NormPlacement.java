package org.clap4j.core.layers;

/** Where a transformer's layer norms stand. */
public enum NormPlacement {
  /** Before each sub-layer, on the branch: trains without warm-up (Xiong et al. 2020). */
  PRE,
  /** After each sum, as in BERT and RoBERTa. */
  POST
}
