package org.clap4j.training.loading;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import org.clap4j.core.data.AudioTextPair;
import org.clap4j.core.random.RandomSeed;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which pairs make a step. Each epoch goes through all pairs in a new order, with one
 * caption drawn per clip; pairs left over after the last whole step sit this epoch out. Everything
 * follows from seed and position, so that a run can go on from any position.
 *
 * <p>Duplicates can be kept apart: an epoch's pairs are dealt out one by one, those with most
 * duplicates first, each to the step where it meets fewest of its like. A caption that more pairs
 * have than an epoch has steps cannot be kept apart: it is spread evenly, and a warning says so.
 *
 * <p>Used by one thread.
 */
public final class BatchSampler {

  private static final Logger LOG = LoggerFactory.getLogger(BatchSampler.class);

  private final List<AudioTextPair> pairs;
  private final int batchSize;
  private final KeepApart keepApart;
  private final RandomSeed seed;
  private final int stepsPerEpoch;
  private final int[] clipIds;
  private final Map<String, Integer> captionIds = new HashMap<>();
  private @Nullable Epoch current;
  private boolean warned;

  /**
   * Takes the pairs and how to put them together.
   *
   * @param pairs one pair or more
   * @param batchSize pairs of a step; where there are fewer, a step has all of them
   * @param keepApart which pairs should not meet
   * @param seed the run's seed for order and captions
   */
  public BatchSampler(
      List<AudioTextPair> pairs, int batchSize, KeepApart keepApart, RandomSeed seed) {
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException("there is no pair to train on");
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch-size must be at least 1, was " + batchSize);
    }
    this.pairs = List.copyOf(pairs);
    this.batchSize = Math.min(batchSize, pairs.size());
    this.keepApart = keepApart;
    this.seed = seed;
    stepsPerEpoch = pairs.size() / this.batchSize;
    clipIds = clipIds(pairs);
    for (AudioTextPair pair : pairs) {
      for (String caption : pair.captions()) {
        captionIds.putIfAbsent(caption, captionIds.size());
      }
    }
  }

  /** Pairs whose clips have one content get one id: that of the first. */
  private static int[] clipIds(List<AudioTextPair> pairs) {
    Map<String, Integer> known = new HashMap<>();
    int[] ids = new int[pairs.size()];
    for (int i = 0; i < ids.length; i++) {
      Integer first = known.putIfAbsent(pairs.get(i).clip().contentKey(), i);
      ids[i] = first == null ? i : first;
    }
    return ids;
  }

  /** Number of steps of one epoch, at least 1. */
  public int stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /** The step after a position. */
  public BatchPosition after(BatchPosition position) {
    return position.index() + 1 < stepsPerEpoch
        ? new BatchPosition(position.epoch(), position.index() + 1)
        : new BatchPosition(position.epoch() + 1, 0);
  }

  /** The pairs of the step at a position, in order. */
  List<PairDraw> batch(BatchPosition position) {
    if (position.index() >= stepsPerEpoch) {
      throw new IllegalArgumentException(
          "step "
              + position.index()
              + " is not in [0, "
              + stepsPerEpoch
              + "): the data or the batch size has changed since the position was saved");
    }
    Epoch epoch = current;
    if (epoch == null || epoch.number() != position.epoch()) {
      epoch = new Epoch(position.epoch(), deal(draw(position.epoch()), position.epoch()));
      current = epoch;
    }
    return epoch.steps().get(position.index());
  }

  /** Shuffles the pairs, keeps as many as whole steps need, and draws a caption for each. */
  private List<PairDraw> draw(int epoch) {
    int[] order = new int[pairs.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    shuffle(order, seed.split("shuffle").split(epoch).generator());
    RandomSeed captionSeed = seed.split("caption").split(epoch);
    List<PairDraw> draws = new ArrayList<>();
    for (int i = 0; i < stepsPerEpoch * batchSize; i++) {
      List<String> captions = pairs.get(order[i]).captions();
      int caption = captionSeed.split(order[i]).generator().nextInt(captions.size());
      int captionId = captionIds.getOrDefault(captions.get(caption), -1);
      draws.add(new PairDraw(order[i], caption, clipIds[order[i]], captionId));
    }
    return draws;
  }

  private static void shuffle(int[] order, SplittableRandom random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }

  private List<List<PairDraw>> deal(List<PairDraw> draws, int epoch) {
    if (keepApart == KeepApart.NOTHING) {
      List<List<PairDraw>> steps = new ArrayList<>();
      for (int i = 0; i < stepsPerEpoch; i++) {
        steps.add(List.copyOf(draws.subList(i * batchSize, (i + 1) * batchSize)));
      }
      return steps;
    }
    List<ToIntFunction<PairDraw>> kinds = new ArrayList<>();
    if (keepApart != KeepApart.CLIPS) {
      kinds.add(PairDraw::captionId);
    }
    if (keepApart != KeepApart.CAPTIONS) {
      kinds.add(PairDraw::clipId);
    }
    DuplicateDealer dealer = new DuplicateDealer(stepsPerEpoch, batchSize, kinds);
    List<List<PairDraw>> steps = dealer.deal(draws, seed.split("deal").split(epoch).generator());
    if (dealer.meetings() > 0 && !warned) {
      warned = true;
      LOG.warn(
          "duplicates cannot all be kept apart: {} of {} pairs of epoch {} meet one with the same"
              + " {}; the largest group has {} pairs for {} steps. Smaller batches, more captions"
              + " or a loss with soft targets help",
          dealer.meetings(),
          draws.size(),
          epoch,
          keepApart == KeepApart.CLIPS ? "clip" : "caption",
          dealer.largestGroup(),
          stepsPerEpoch);
    }
    return steps;
  }

  /** Share of the pairs that have their clip or caption in common with another one, in [0, 1]. */
  static double duplicateShare(List<PairDraw> batch) {
    Map<Integer, Integer> clips = DuplicateDealer.count(batch, PairDraw::clipId);
    Map<Integer, Integer> captions = DuplicateDealer.count(batch, PairDraw::captionId);
    long duplicates =
        batch.stream()
            .filter(
                draw ->
                    clips.getOrDefault(draw.clipId(), 0) > 1
                        || captions.getOrDefault(draw.captionId(), 0) > 1)
            .count();
    return batch.isEmpty() ? 0 : (double) duplicates / batch.size();
  }

  private record Epoch(int number, List<List<PairDraw>> steps) {}
}
