package org.clap4j.experiments.datasets.captions;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.PairDataset;
import org.clap4j.core.model.PairDatasetFactory;
import org.clap4j.experiments.datasets.ClipCheck;
import org.clap4j.experiments.datasets.ClipListing;
import org.clap4j.experiments.datasets.DatasetException;
import org.clap4j.experiments.datasets.FoldSplit;
import org.clap4j.experiments.datasets.Split;
import org.jspecify.annotations.Nullable;

/** Opens clips whose captions stand in CSV files, in Clotho's or in AudioCaps' form. */
public final class CaptionsCsvFactory implements PairDatasetFactory<CaptionsCsvConfig> {

  @Inject
  public CaptionsCsvFactory() {}

  @Override
  public Class<CaptionsCsvConfig> configType() {
    return CaptionsCsvConfig.class;
  }

  @Override
  public PairDataset open(CaptionsCsvConfig config, AudioReader reader) throws IOException {
    return dataset(config, Listed.read(config), new ClipCheck(reader, config.onBadClip()), reader);
  }

  /** Each fold tested in turn, all others trained on. */
  @Override
  public List<PairDataset> folds(CaptionsCsvConfig config, AudioReader reader) throws IOException {
    Listed listed = Listed.read(config);
    ClipCheck check = new ClipCheck(reader, config.onBadClip());
    if (config.fold() == null) {
      return List.of(dataset(config, listed, check, reader));
    }
    List<PairDataset> folds = new ArrayList<>();
    for (int fold : FoldSplit.inTurn(listed.folds(), origin(config))) {
      folds.add(dataset(config.testedOn(fold), listed, check, reader));
    }
    return folds;
  }

  private static String origin(CaptionsCsvConfig config) {
    return "column '" + config.fold() + "' of " + Path.of(config.root(), config.train());
  }

  /** What the CSV files name. */
  private record Listed(
      List<CaptionedFile> train, List<CaptionedFile> validation, List<CaptionedFile> test) {

    static Listed read(CaptionsCsvConfig config) throws DatasetException {
      Path root = Path.of(config.root());
      CaptionsCsv csv =
          new CaptionsCsv(
              new AudioFolder(root.resolve(config.audioDir())), config.labels(), config.fold());
      return new Listed(
          read(csv, root, config.train()),
          read(csv, root, config.validation()),
          read(csv, root, config.test()));
    }

    private static List<CaptionedFile> read(CaptionsCsv csv, Path root, @Nullable String name)
        throws DatasetException {
      return name == null ? List.of() : csv.read(root.resolve(name));
    }

    /** Folds of the training CSV's clips, where it has them. */
    List<Integer> folds() {
      return train.stream().flatMap(clip -> Stream.ofNullable(clip.fold())).toList();
    }
  }

  private static PairDataset dataset(
      CaptionsCsvConfig config, Listed listed, ClipCheck check, AudioReader reader)
      throws DatasetException {
    if (config.fold() != null) {
      config.folds().requireAmong(listed.folds(), origin(config));
    }
    ClipListing clips = listing(config, listed).readable(check);
    NamedClasses classes = classes(config.zeroShot(), clips);
    String name = String.valueOf(Path.of(config.root()).getFileName());
    return new PairDataset(
        config.testFold() == null ? name : name + " tested on fold " + config.testFold(),
        clips.pairs(Split.TRAIN, reader),
        clips.pairs(Split.VALIDATION, reader),
        clips.pairs(Split.TEST, reader),
        classes == null ? null : classes.task(clips.files(Split.TRAIN)),
        classes == null ? null : classes.task(clips.files(Split.VALIDATION)),
        classes == null ? null : classes.task(clips.files(Split.TEST)));
  }

  private static ClipListing listing(CaptionsCsvConfig config, Listed listed)
      throws DatasetException {
    FoldSplit folds = config.folds();
    List<CaptionedFile> trained =
        listed.train().stream().filter(clip -> folds.of(clip.fold()) == Split.TRAIN).toList();
    HeldOut heldOut = HeldOut.of(config, trained);
    ClipListing listing = new ClipListing();
    for (CaptionedFile clip : listed.train()) {
      Split split = folds.of(clip.fold());
      add(listing, split == Split.TRAIN && heldOut.contains(clip) ? Split.VALIDATION : split, clip);
    }
    for (CaptionedFile clip : listed.validation()) {
      add(listing, Split.VALIDATION, clip);
    }
    for (CaptionedFile clip : listed.test()) {
      add(listing, Split.TEST, clip);
    }
    return listing;
  }

  private static void add(ClipListing listing, Split split, CaptionedFile clip)
      throws DatasetException {
    listing.add(split, clip.file(), clip.captions(), clip.labels(), clip.origin());
  }

  private static @Nullable NamedClasses classes(@Nullable FileNameClasses config, ClipListing clips)
      throws DatasetException {
    if (config == null) {
      return null;
    }
    List<Path> files = new ArrayList<>();
    for (Split split : Split.values()) {
      files.addAll(clips.files(split));
    }
    return new NamedClasses(config, files);
  }
}
