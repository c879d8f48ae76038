package org.clap4j.encoders.audio.htsat;

import java.util.List;

/** The published sizes of HTS-AT. */
public enum HtsatPreset {
  /** 27.5 M parameters, 768 features: HTS-AT's own, MS CLAP 2023's and LAION's. */
  TINY(96, 6),
  /** 1,024 features. */
  BASE(128, 12),
  /** 2,048 features. */
  LARGE(256, 12);

  private final int width;
  private final int thirdDepth;

  HtsatPreset(int width, int thirdDepth) {
    this.width = width;
    this.thirdDepth = thirdDepth;
  }

  /** Width of the first stage. */
  public int width() {
    return width;
  }

  /** Swin blocks of each stage. */
  public List<Integer> depths() {
    return List.of(2, 2, thirdDepth, 2);
  }

  /** Attention heads of each stage. */
  public List<Integer> heads() {
    return List.of(4, 8, 16, 32);
  }
}
