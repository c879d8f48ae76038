package org.clap4j.losses;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.clap4j.core.data.PairIds;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.TemperatureConfig;
import org.clap4j.testkit.ContrastiveLossContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MultiPositiveTest extends ContrastiveLossContract {

  private static final PairIds IDS =
      new PairIds(new long[] {4, 1, 4, 2, 3, 1, 4}, new long[] {0, 1, 2, 2, 3, 4, 0});

  @Override
  protected ContrastiveLoss loss() {
    return MultiPositive.of(
        MultiPositiveConfig.of(
            TemperatureConfig.learnable(8, 100), MultiPositiveConfig.Share.EITHER));
  }

  @ParameterizedTest
  @EnumSource
  void countsThePositivesThatItFinds(MultiPositiveConfig.Share share) {
    SharedIds positives = new SharedIds(IDS, share);
    for (int i = 0; i < IDS.size(); i++) {
      int found = 0;
      for (int j = positives.next(i, 0); j < IDS.size(); j = positives.next(i, j + 1)) {
        found++;
      }
      assertEquals(found, positives.count(i), "positives of pair " + i);
    }
  }

  @Test
  void aClipSharesTargetsWithItsOtherCaptionsAndACaptionWithItsOtherClips() {
    assertEquals(3, new SharedIds(IDS, MultiPositiveConfig.Share.CLIP).count(0));
    assertEquals(2, new SharedIds(IDS, MultiPositiveConfig.Share.CAPTION).count(0));
    assertEquals(3, new SharedIds(IDS, MultiPositiveConfig.Share.EITHER).count(0));
    assertEquals(4, new SharedIds(IDS, MultiPositiveConfig.Share.EITHER).count(2));
  }
}
