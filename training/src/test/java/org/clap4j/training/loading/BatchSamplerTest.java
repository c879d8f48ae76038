package org.clap4j.training.loading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.clap4j.core.data.AudioTextPair;
import org.clap4j.core.random.RandomSeed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchSamplerTest {

  private static final RandomSeed SEED = RandomSeed.of(11);

  /** Pairs of different clips, of which so many have each of the captions. */
  private static List<AudioTextPair> pairs(int captions, int clipsPerCaption) {
    return IntStream.range(0, captions * clipsPerCaption)
        .mapToObj(
            i -> new AudioTextPair(new ToneClip(i, 1, null), List.of("caption " + i % captions)))
        .toList();
  }

  private static List<List<PairDraw>> epoch(BatchSampler sampler, int epoch) {
    return IntStream.range(0, sampler.stepsPerEpoch())
        .mapToObj(index -> sampler.batch(new BatchPosition(epoch, index)))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(KeepApart.class)
  void epochHasEveryPairOnceInAnOrderOfItsOwn(KeepApart keepApart) {
    BatchSampler sampler = new BatchSampler(pairs(6, 4), 8, keepApart, SEED);
    assertEquals(3, sampler.stepsPerEpoch());
    List<Integer> first =
        epoch(sampler, 0).stream().flatMap(List::stream).map(PairDraw::pair).toList();
    List<Integer> second =
        epoch(sampler, 1).stream().flatMap(List::stream).map(PairDraw::pair).toList();
    assertEquals(IntStream.range(0, 24).boxed().toList(), first.stream().sorted().toList());
    assertEquals(IntStream.range(0, 24).boxed().toList(), second.stream().sorted().toList());
    assertNotEquals(first, second);
  }

  @ParameterizedTest
  @EnumSource(KeepApart.class)
  void anyPositionCanBeGoneOnFrom(KeepApart keepApart) {
    List<AudioTextPair> pairs = pairs(5, 5);
    BatchSampler whole = new BatchSampler(pairs, 4, keepApart, SEED);
    BatchPosition position = BatchPosition.START;
    List<List<PairDraw>> steps = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      steps.add(whole.batch(position));
      BatchSampler resumed = new BatchSampler(pairs, 4, keepApart, SEED);
      assertEquals(steps.get(i), resumed.batch(position));
      position = whole.after(position);
    }
    assertEquals(new BatchPosition(2, 3), position);
  }

  @Test
  void duplicatesAreKeptApartWhereTheDataAllowsIt() {
    BatchSampler sampler = new BatchSampler(pairs(16, 8), 16, KeepApart.CAPTIONS, SEED);
    for (int epoch = 0; epoch < 5; epoch++) {
      for (List<PairDraw> step : epoch(sampler, epoch)) {
        assertEquals(0, BatchSampler.duplicateShare(step));
      }
    }
  }

  @Test
  void duplicatesThatCannotBeKeptApartAreSpreadEvenly() {
    BatchSampler sampler = new BatchSampler(pairs(4, 12), 12, KeepApart.BOTH, SEED);
    for (List<PairDraw> step : epoch(sampler, 0)) {
      for (int caption = 0; caption < 4; caption++) {
        int wanted = caption;
        assertEquals(3, step.stream().filter(draw -> draw.captionId() == wanted).count());
      }
      assertEquals(1, BatchSampler.duplicateShare(step));
    }
  }

  @Test
  void clipsThatAreListedTwiceShareAnId() {
    AudioTextPair a = new AudioTextPair(new ToneClip(1, 1, null), List.of("a"));
    AudioTextPair b = new AudioTextPair(new ToneClip(1, 1, null), List.of("b"));
    AudioTextPair c = new AudioTextPair(new ToneClip(2, 1, null), List.of("c"));
    List<PairDraw> step =
        new BatchSampler(List.of(a, b, c), 3, KeepApart.NOTHING, SEED).batch(BatchPosition.START);
    assertEquals(2 / 3.0, BatchSampler.duplicateShare(step));
  }

  @Test
  void everyCaptionOfAClipIsDrawnInTime() {
    AudioTextPair pair = new AudioTextPair(new ToneClip(1, 1, null), List.of("a", "b", "c"));
    BatchSampler sampler = new BatchSampler(List.of(pair), 8, KeepApart.NOTHING, SEED);
    List<Integer> drawn =
        IntStream.range(0, 50)
            .mapToObj(epoch -> sampler.batch(new BatchPosition(epoch, 0)).get(0).caption())
            .distinct()
            .sorted()
            .toList();
    assertEquals(List.of(0, 1, 2), drawn);
  }

  @Test
  void pairsLeftOverSitOutAnotherEpochEach() {
    BatchSampler sampler = new BatchSampler(pairs(7, 1), 3, KeepApart.NOTHING, SEED);
    assertEquals(2, sampler.stepsPerEpoch());
    assertTrue(
        IntStream.range(0, 60)
                .flatMap(
                    epoch ->
                        IntStream.range(0, 7)
                            .filter(
                                pair ->
                                    epoch(sampler, epoch).stream()
                                        .flatMap(List::stream)
                                        .noneMatch(draw -> draw.pair() == pair)))
                .distinct()
                .count()
            == 7);
  }

  @Test
  void positionBeyondTheEpochIsRefused() {
    BatchSampler sampler = new BatchSampler(pairs(4, 1), 2, KeepApart.NOTHING, SEED);
    assertEquals(
        "step 2 is not in [0, 2): the data or the batch size has changed since the position was"
            + " saved",
        assertThrows(IllegalArgumentException.class, () -> sampler.batch(new BatchPosition(0, 2)))
            .getMessage());
  }
}
