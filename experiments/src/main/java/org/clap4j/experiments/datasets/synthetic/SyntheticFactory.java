package org.clap4j.experiments.datasets.synthetic;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.AudioTextPair;
import org.clap4j.core.data.PairDataset;
import org.clap4j.core.model.PairDatasetFactory;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.experiments.datasets.Split;

/**
 * Opens computed soundscapes. Training and validation have the same combinations of kinds and
 * properties, test has others; the scenes of validation differ from one another, and so do those of
 * test. The zero-shot tasks have one class per scene, and tell what of it was got right.
 */
public final class SyntheticFactory implements PairDatasetFactory<SyntheticConfig> {

  @Inject
  public SyntheticFactory() {}

  @Override
  public Class<SyntheticConfig> configType() {
    return SyntheticConfig.class;
  }

  @Override
  public PairDataset open(SyntheticConfig config, AudioReader reader) {
    RandomSeed seed = RandomSeed.of(config.seed());
    SceneSampler scenes = new SceneSampler(UnseenPairs.draw(seed));
    List<Scene> train = scenes.seen(config.trainClips(), generator(seed, Split.TRAIN));
    List<Scene> validation =
        scenes.distinctSeen(config.validationClips(), generator(seed, Split.VALIDATION));
    List<Scene> test = scenes.distinctUnseen(config.testClips(), generator(seed, Split.TEST));

    List<AudioTextPair> validationPairs = pairs(Split.VALIDATION, validation, config);
    List<AudioTextPair> testPairs = pairs(Split.TEST, test, config);
    return new PairDataset(
        "synthetic soundscapes",
        pairs(Split.TRAIN, train, config),
        validationPairs,
        testPairs,
        null,
        SceneTask.of(validation, validationPairs),
        SceneTask.of(test, testPairs));
  }

  private static SplittableRandom generator(RandomSeed seed, Split split) {
    return seed.split("scenes").split(split.toString()).generator();
  }

  private static List<AudioTextPair> pairs(
      Split split, List<Scene> scenes, SyntheticConfig config) {
    RandomSeed ofSplit = RandomSeed.of(config.seed()).split("clips").split(split.toString());
    List<AudioTextPair> pairs = new ArrayList<>();
    for (int i = 0; i < scenes.size(); i++) {
      RandomSeed ofClip = ofSplit.split(i);
      SyntheticClip clip =
          new SyntheticClip(
              String.format("synthetic/%s-%05d", split, i),
              scenes.get(i),
              config.seconds(),
              ofClip.split("sound"));
      pairs.add(
          new AudioTextPair(
              clip,
              SceneCaptions.describe(
                  scenes.get(i), config.captions(), ofClip.split("captions").generator())));
    }
    return pairs;
  }
}
