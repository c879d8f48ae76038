package org.clap4j.encoders.audio.htsat;

import java.util.ArrayList;
import java.util.List;

/**
 * The sizes of one stage of Swin blocks.
 *
 * @param side rows and columns of its image of tokens
 * @param width D, size of a token's vector
 * @param depth number of blocks
 * @param heads H, attention heads
 * @param window side of an attention window
 * @param hidden width of the feed-forward networks' hidden layer
 */
record Stage(int side, int width, int depth, int heads, int window, int hidden) {

  Stage {
    if (width < 1 || depth < 1 || heads < 1 || hidden < 1) {
      throw new IllegalArgumentException(
          "width, depths, heads and feed-forward-ratio must be positive, a stage has width "
              + width
              + ", depth "
              + depth
              + ", "
              + heads
              + " heads and a hidden layer of "
              + hidden);
    }
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "heads must divide the width of their stage, were " + heads + " for width " + width);
    }
    if (window < 1 || side < 1 || side % window != 0) {
      throw new IllegalArgumentException(
          "window-size must divide the side of each stage's image, was "
              + window
              + " for a stage of "
              + side
              + " x "
              + side
              + " tokens; take another image-size, patch-size or window-size, or fewer stages");
    }
  }

  /**
   * Makes stages of which each has half the side and twice the width of the one before.
   *
   * @param width of the first stage
   * @param depths of the stages
   * @param heads of the stages
   * @param side of the first stage
   */
  static List<Stage> pyramid(
      int width,
      List<Integer> depths,
      List<Integer> heads,
      int side,
      int window,
      double feedForwardRatio) {
    if (depths.isEmpty() || depths.size() != heads.size()) {
      throw new IllegalArgumentException(
          "depths and heads must have one number per stage, were " + depths + " and " + heads);
    }
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < depths.size(); i++) {
      int wide = width << i;
      if (i > 0 && (side >> (i - 1)) % 2 != 0) {
        throw new IllegalArgumentException(
            "a stage of "
                + (side >> (i - 1))
                + " x "
                + (side >> (i - 1))
                + " tokens cannot be halved; take fewer stages or another image-size");
      }
      stages.add(
          new Stage(
              side >> i,
              wide,
              depths.get(i),
              heads.get(i),
              window,
              (int) (wide * feedForwardRatio)));
    }
    return stages;
  }

  /** Whether the image is one window, which is not shifted. */
  boolean isOneWindow() {
    return side == window;
  }
}
