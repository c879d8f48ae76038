package org.clap4j.experiments.datasets.esc50;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.PairDataset;
import org.clap4j.core.data.ZeroShotTask;
import org.clap4j.core.model.PairDatasetFactory;
import org.clap4j.experiments.datasets.ClipCheck;
import org.clap4j.experiments.datasets.ClipListing;
import org.clap4j.experiments.datasets.CsvTable;
import org.clap4j.experiments.datasets.DatasetException;
import org.clap4j.experiments.datasets.FoldSplit;
import org.clap4j.experiments.datasets.PromptTemplates;
import org.clap4j.experiments.datasets.Split;
import org.jspecify.annotations.Nullable;

/**
 * Opens data in ESC-50's layout. One fold is tested, one may be watched, the others are trained on.
 * A clip's captions are its class's name in the training templates; the tasks classify among all
 * classes of the labels file, in the order of their numbers.
 */
public final class Esc50Factory implements PairDatasetFactory<Esc50Config> {

  private static final String FOLD = "fold";

  @Inject
  public Esc50Factory() {}

  @Override
  public Class<Esc50Config> configType() {
    return Esc50Config.class;
  }

  @Override
  public PairDataset open(Esc50Config config, AudioReader reader) throws IOException {
    return open(config, labels(config), new ClipCheck(reader, config.onBadClip()), reader);
  }

  /** Each fold tested in turn, all others trained on. */
  @Override
  public List<PairDataset> folds(Esc50Config config, AudioReader reader) throws IOException {
    CsvTable labels = labels(config);
    ClipCheck check = new ClipCheck(reader, config.onBadClip());
    List<PairDataset> folds = new ArrayList<>();
    for (int fold : FoldSplit.inTurn(folds(labels), origin(labels))) {
      folds.add(open(config.testedOn(fold), labels, check, reader));
    }
    return folds;
  }

  private static CsvTable labels(Esc50Config config) throws DatasetException {
    CsvTable labels = CsvTable.read(Path.of(config.root()).resolve(config.meta()));
    labels.require("filename", FOLD, "target", "category");
    return labels;
  }

  private static List<Integer> folds(CsvTable labels) throws DatasetException {
    List<Integer> folds = new ArrayList<>();
    for (CsvTable.Row row : labels.rows()) {
      folds.add(row.getInt(FOLD));
    }
    return folds;
  }

  private static String origin(CsvTable labels) {
    return "column '" + FOLD + "' of " + labels.file();
  }

  private static PairDataset open(
      Esc50Config config, CsvTable labels, ClipCheck check, AudioReader reader)
      throws DatasetException {
    Path root = Path.of(config.root());
    FoldSplit folds = config.folds();
    folds.requireAmong(folds(labels), origin(labels));
    PromptTemplates captions = new PromptTemplates(config.trainTemplates());
    ClipListing listed = new ClipListing();
    Map<Path, Integer> targets = new HashMap<>();
    for (CsvTable.Row row : labels.rows()) {
      Path file = root.resolve(config.audioDir()).resolve(row.get("filename"));
      listed.add(
          folds.of(row.getInt(FOLD)),
          file,
          captions.fill(spoken(row.get("category"))),
          row.origin());
      targets.put(file.toAbsolutePath().normalize(), row.getInt("target"));
    }
    ClipListing clips = listed.readable(check);

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
