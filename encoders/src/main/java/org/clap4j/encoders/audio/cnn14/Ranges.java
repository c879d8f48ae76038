package org.clap4j.encoders.audio.cnn14;

/** What the configurations of this package check. */
final class Ranges {

  private Ranges() {}

  static void checkChannels(int baseChannels) {
    if (baseChannels < 1) {
      throw new IllegalArgumentException("base-channels must be at least 1, was " + baseChannels);
    }
  }

  static void checkDropout(String key, double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(key + " must be in [0, 1), was " + rate);
    }
  }
}
