package org.clap4j.experiments.datasets.captions;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.experiments.datasets.DatasetException;

/** Decides which training clips are watched instead of trained on. */
interface HeldOut {

  /** Tells whether a clip is watched. */
  boolean contains(CaptionedFile clip) throws DatasetException;

  /**
   * Chooses as the configuration says.
   *
   * @param train the clips to choose from
   */
  static HeldOut of(CaptionsCsvConfig config, Collection<CaptionedFile> train)
      throws DatasetException {
    RandomSeed seed = RandomSeed.of(config.seed()).split("validation");
    FileNameClasses names = config.zeroShot();
    if (names == null || config.validationClasses() == 0) {
      return clip -> draw(seed, clip.file()) < config.validationFraction();
    }
    List<List<String>> values = new ArrayList<>();
    for (CaptionedFile clip : train) {
      values.add(names.valuesOf(clip.file()));
    }
    Set<List<String>> classes = classes(values, config.validationClasses(), seed);
    return clip -> classes.contains(names.valuesOf(clip.file()));
  }

  /** Draws by file name, so that more clips in the CSV do not change the draw of the others. */
  private static double draw(RandomSeed seed, Path file) {
    return seed.split(file.getFileName().toString()).generator().nextDouble();
  }

  /**
   * Draws classes one by one, among those whose values are in the fewest that are drawn already.
   */
  private static Set<List<String>> classes(
      Collection<List<String>> values, int count, RandomSeed seed) throws DatasetException {
    List<List<String>> left = new ArrayList<>(values.stream().distinct().toList());
    left.sort(Comparator.comparing(List::toString));
    Collections.shuffle(left, new Random(seed.split("classes").value()));
    Set<List<String>> drawn = new HashSet<>();
    while (drawn.size() < count && !left.isEmpty()) {
      List<String> next =
          Collections.min(left, Comparator.comparingInt(candidate -> shared(candidate, drawn)));
      left.remove(next);
      drawn.add(next);
    }
    requirePartsInTraining(drawn, left);
    return drawn;
  }

  private static int shared(List<String> candidate, Set<List<String>> drawn) {
    int shared = 0;
    for (List<String> other : drawn) {
      for (int a = 0; a < candidate.size(); a++) {
        shared += candidate.get(a).equals(other.get(a)) ? 1 : 0;
      }
    }
    return shared;
  }

  private static void requirePartsInTraining(Set<List<String>> drawn, List<List<String>> left)
      throws DatasetException {
    for (List<String> combination : drawn) {
      for (int a = 0; a < combination.size(); a++) {
        int attribute = a;
        String value = combination.get(a);
        if (left.stream().noneMatch(other -> other.get(attribute).equals(value))) {
          throw new DatasetException(
              "validation-classes is "
                  + drawn.size()
                  + ", which leaves nothing with '"
                  + value
                  + "' to train on; set it lower");
        }
      }
    }
  }
}
