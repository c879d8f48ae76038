package org.clap4j.experiments.datasets.esc50;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.PairDataset;
import org.clap4j.core.data.ZeroShotTask;
import org.clap4j.core.model.PairDatasetFactory;
import org.clap4j.experiments.datasets.ClipListing;
import org.clap4j.experiments.datasets.CsvTable;
import org.clap4j.experiments.datasets.DatasetException;
import org.clap4j.experiments.datasets.PromptTemplates;
import org.clap4j.experiments.datasets.Split;
import org.jspecify.annotations.Nullable;

/**
 * Opens data in ESC-50's layout. One fold is tested, one may be watched, the others are trained on.
 * A clip's captions are its class's name in the training templates; the tasks classify among all
 * classes of the labels file, in the order of their numbers.
 */
public final class Esc50Factory implements PairDatasetFactory<Esc50Config> {

  @Inject
  public Esc50Factory() {}

  @Override
  public Class<Esc50Config> configType() {
    return Esc50Config.class;
  }

  @Override
  public PairDataset open(Esc50Config config, AudioReader reader) throws IOException {
    Path root = Path.of(config.root());
    CsvTable labels = CsvTable.read(root.resolve(config.meta()));
    labels.require("filename", "fold", "target", "category");
    requireFold(config.testFold(), "test-fold", labels);
    if (config.validationFold() != null) {
      requireFold(config.validationFold(), "validation-fold", labels);
    }

    PromptTemplates captions = new PromptTemplates(config.trainTemplates());
    ClipListing listed = new ClipListing();
    Map<Path, Integer> targets = new HashMap<>();
    for (CsvTable.Row row : labels.rows()) {
      Path file = root.resolve(config.audioDir()).resolve(row.get("filename"));
      listed.add(
          split(row.getInt("fold"), config),
          file,
          captions.fill(spoken(row.get("category"))),
          row.origin());
      targets.put(file.toAbsolutePath().normalize(), row.getInt("target"));
    }
    ClipListing clips = listed.readable(reader, config.onBadClip());

    SortedMap<Integer, String> classes = classes(labels);
    PromptTemplates prompts = new PromptTemplates(config.templates());
    return new PairDataset(
        root.getFileName() + " tested on fold " + config.testFold(),
        clips.pairs(Split.TRAIN, reader),
        clips.pairs(Split.VALIDATION, reader),
        clips.pairs(Split.TEST, reader),
        task(clips.files(Split.TRAIN), targets, classes, prompts),
        task(clips.files(Split.VALIDATION), targets, classes, prompts),
        task(clips.files(Split.TEST), targets, classes, prompts));
  }

  /** Each fold tested in turn, all others trained on. */
  @Override
  public List<Esc50Config> folds(Esc50Config config) throws IOException {
    CsvTable labels = CsvTable.read(Path.of(config.root()).resolve(config.meta()));
    labels.require("fold");
    return folds(labels).stream().map(config::testedOn).toList();
  }

  private static Split split(int fold, Esc50Config config) {
    if (fold == config.testFold()) {
      return Split.TEST;
    }
    return config.validationFold() != null && fold == config.validationFold()
        ? Split.VALIDATION
        : Split.TRAIN;
  }

  private static void requireFold(int fold, String key, CsvTable labels) throws DatasetException {
    Set<Integer> folds = folds(labels);
    if (!folds.contains(fold)) {
      throw new DatasetException(key + " is " + fold + ", but " + labels.file() + " has " + folds);
    }
  }

  private static SortedSet<Integer> folds(CsvTable labels) throws DatasetException {
    SortedSet<Integer> folds = new TreeSet<>();
    for (CsvTable.Row row : labels.rows()) {
      folds.add(row.getInt("fold"));
    }
    return folds;
  }

  /** Maps class numbers to names, in the order of the numbers. */
  private static SortedMap<Integer, String> classes(CsvTable labels) throws DatasetException {
    SortedMap<Integer, String> classes = new TreeMap<>();
    for (CsvTable.Row row : labels.rows()) {
      String name = spoken(row.get("category"));
      String other = classes.put(row.getInt("target"), name);
      if (other != null && !other.equals(name)) {
        throw new DatasetException(
            String.format(
                "%s: target %d is '%s' here and '%s' above; a target has one category",
                row.origin(), row.getInt("target"), name, other));
      }
    }
    return classes;
  }

  private static String spoken(String category) {
    return category.replace('_', ' ');
  }

  private static @Nullable ZeroShotTask task(
      List<Path> files,
      Map<Path, Integer> targets,
      SortedMap<Integer, String> classes,
      PromptTemplates prompts) {
    if (files.isEmpty()) {
      return null;
    }
    List<Integer> order = List.copyOf(classes.keySet());
    return new ZeroShotTask(
        List.copyOf(classes.values()),
        classes.values().stream().map(prompts::fill).toList(),
        files.stream().map(targets::get).map(order::indexOf).toList(),
        Map.of());
  }
}
