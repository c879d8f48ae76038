package org.clap4j.training.loading;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.audio.AudioInput;
import org.clap4j.core.data.AudioClip;
import org.clap4j.core.data.AudioTextPair;
import org.clap4j.core.data.ContrastiveBatch;
import org.clap4j.core.data.OnBadClip;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.core.text.Tokenizer;
import org.clap4j.training.augment.AugmentationConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads, augments and transforms the pairs of the next steps on background threads while the
 * trainer computes. At most {@code prefetch} steps are prepared ahead, so that memory is bounded.
 * What a step holds follows from seed and position alone, not from the number of threads.
 */
public final class FeatureLoader implements BatchSource {

  private static final Logger LOG = LoggerFactory.getLogger(FeatureLoader.class);

  private final List<AudioTextPair> pairs;
  private final BatchSampler sampler;
  private final Tokenizer tokenizer;
  private final TrainingFeatures features;
  private final SameCaptionClips sameCaption;
  private final LoadingConfig config;
  private final int chunkSize;
  private final RandomSeed seed;
  private final LoaderThreads workers;
  private final Deque<PendingStep> pending = new ArrayDeque<>();
  private final Set<String> skipped = new HashSet<>();
  private BatchPosition nextToSubmit;
  private BatchPosition position;

  /**
   * Starts at a position.
   *
   * @param pairs what is trained on
   * @param tokenizer turns captions into tokens
   * @param input what is made of clips
   * @param augmentation random changes
   * @param noises recordings for background noise; the training clips themselves if empty
   * @param config threads, caches, duplicates
   * @param batchSize pairs of a step
   * @param chunkSize pairs of a chunk, at most batchSize
   * @param seed the run's seed
   * @param start first step to give
   */
  public FeatureLoader(
      List<AudioTextPair> pairs,
      Tokenizer tokenizer,
      AudioInput input,
      AugmentationConfig augmentation,
      List<AudioClip> noises,
      LoadingConfig config,
      int batchSize,
      int chunkSize,
      RandomSeed seed,
      BatchPosition start) {
    if (chunkSize < 1) {
      throw new IllegalArgumentException("chunk size must be at least 1, was " + chunkSize);
    }
    this.pairs = List.copyOf(pairs);
    this.tokenizer = tokenizer;
    this.config = config;
    this.chunkSize = chunkSize;
    this.seed = seed.split("loading");
    sampler = new BatchSampler(pairs, batchSize, config.keepApart(), this.seed);
    features =
        new TrainingFeatures(
            input,
            augmentation,
            noises.isEmpty() ? pairs.stream().map(AudioTextPair::clip).toList() : noises,
            config);
    sameCaption =
        new SameCaptionClips(augmentation.sameCaptionMix().probability() > 0 ? pairs : List.of());
    nextToSubmit = start;
    position = start;
    workers = new LoaderThreads("clap4j-loader", config.workers());
  }

  @Override
  public StepBatch next() throws AudioException {
    while (true) {
      while (pending.size() < config.prefetch() + 1) {
        submit();
      }
      PendingStep step = pending.remove();
      position = sampler.after(step.position());
      List<Loaded> loaded = await(step);
      if (!loaded.isEmpty()) {
        return assemble(step.position(), loaded);
      }
      LOG.warn("step {}: no clip can be read; going on with the next step", step.position());
    }
  }

  private void submit() {
    BatchPosition at = nextToSubmit;
    List<PairDraw> draws = sampler.batch(at);
    RandomSeed epochSeed = seed.split("augment").split(at.epoch());
    List<Future<ClipLogMel>> logMels = new ArrayList<>();
    for (PairDraw draw : draws) {
      AudioClip clip = pairs.get(draw.pair()).clip();
      List<AudioClip> alike = sameCaption.othersWith(captionOf(draw), draw.pair());
      RandomSeed clipSeed = epochSeed.split(draw.pair());
      logMels.add(workers.submit(() -> features.compute(clip, alike, clipSeed)));
    }
    pending.add(new PendingStep(at, draws, logMels));
    nextToSubmit = sampler.after(at);
  }

  private List<Loaded> await(PendingStep step) throws AudioException {
    List<Loaded> loaded = new ArrayList<>();
    for (int i = 0; i < step.draws().size(); i++) {
      PairDraw draw = step.draws().get(i);
      try {
        loaded.add(new Loaded(draw, step.logMels().get(i).get()));
      } catch (ExecutionException e) {
        skipOrFail(draw, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AudioException("interrupted while waiting for " + nameOf(draw), e);
      }
    }
    return loaded;
  }

  private void skipOrFail(PairDraw draw, ExecutionException failure) throws AudioException {
    String name = nameOf(draw);
    AudioException fault = LoadingFault.of(name, failure);
    if (config.onBadClip() == OnBadClip.FAIL) {
      throw fault;
    }
    if (skipped.add(name)) {
      LOG.warn("left out, as on-bad-clip is skip: {}", fault.getMessage());
    }
  }

  private String nameOf(PairDraw draw) {
    return pairs.get(draw.pair()).clip().name();
  }

  private StepBatch assemble(BatchPosition at, List<Loaded> loaded) {
    List<PairDraw> draws = loaded.stream().map(Loaded::draw).toList();
    TokenBatch tokens = tokenizer.encode(draws.stream().map(this::captionOf).toList());
    List<ContrastiveBatch> chunks = new ArrayList<>();
    for (int from = 0; from < draws.size(); from += chunkSize) {
      int end = Math.min(from + chunkSize, draws.size());
      List<PairDraw> chunk = draws.subList(from, end);
      List<ClipLogMel> logMels = loaded.subList(from, end).stream().map(Loaded::logMel).toList();
      chunks.add(
          new ContrastiveBatch(
              LogMelArrays.stack(logMels, features.input()),
              LogMelArrays.isLonger(logMels),
              new TokenBatch(
                  Arrays.copyOfRange(tokens.ids(), from, end),
                  Arrays.copyOfRange(tokens.mask(), from, end)),
              new PairIds(
                  chunk.stream().mapToLong(PairDraw::clipId).toArray(),
                  chunk.stream().mapToLong(PairDraw::captionId).toArray()),
              chunk.stream().map(this::nameOf).toList()));
    }
    return new StepBatch(at, chunks, BatchSampler.duplicateShare(draws));
  }

  private String captionOf(PairDraw draw) {
    return pairs.get(draw.pair()).captions().get(draw.caption());
  }

  @Override
  public BatchPosition position() {
    return position;
  }

  @Override
  public int stepsPerEpoch() {
    return sampler.stepsPerEpoch();
  }

  @Override
  public void close() {
    workers.close();
    pending.clear();
  }

  private record PendingStep(
      BatchPosition position, List<PairDraw> draws, List<Future<ClipLogMel>> logMels) {}

  private record Loaded(PairDraw draw, ClipLogMel logMel) {}
}
