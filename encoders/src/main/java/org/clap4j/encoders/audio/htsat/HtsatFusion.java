package org.clap4j.encoders.audio.htsat;

/** What HTS-AT makes of clips that are longer than its window. */
public enum HtsatFusion {
  /** Nothing: it takes one log-mel of each clip. */
  NONE,
  /**
   * Attentional feature fusion (Dai et al. 2021, arXiv 2009.14082) of the whole clip with a part of
   * each third of it; only clips that are longer than the window are fused. LAION's and Hugging
   * Face's {@code aff_2d}.
   */
  AFF_2D,
  /** The whole clip and a part of each third are four channels of the image. LAION's. */
  CHANNEL_MAP
}
