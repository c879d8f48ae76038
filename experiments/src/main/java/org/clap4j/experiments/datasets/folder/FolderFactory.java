package org.clap4j.experiments.datasets.folder;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.PairDataset;
import org.clap4j.core.model.PairDatasetFactory;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.experiments.datasets.AudioFiles;
import org.clap4j.experiments.datasets.ClipCheck;
import org.clap4j.experiments.datasets.ClipListing;
import org.clap4j.experiments.datasets.DatasetException;
import org.clap4j.experiments.datasets.Split;

/**
 * Opens a folder of clips with their captions beside them.
 *
 * <p>A split by path depends on the clip's path below the root and on the seed alone: clips that
 * are added later do not move the others. Cuts of one recording may fall into different splits;
 * where that matters, split by sub-folder.
 */
public final class FolderFactory implements PairDatasetFactory<FolderConfig> {

  @Inject
  public FolderFactory() {}

  @Override
  public Class<FolderConfig> configType() {
    return FolderConfig.class;
  }

  @Override
  public PairDataset open(FolderConfig config, AudioReader reader) throws IOException {
    Path root = Path.of(config.root());
    List<Path> files = AudioFiles.below(root);
    if (files.isEmpty()) {
      throw new DatasetException(root + " holds no audio files");
    }
    ClipListing listed = new ClipListing();
    for (Path file : files) {
      CaptionFile captions = CaptionFile.beside(file);
      listed.add(split(file, root, config), file, captions.captions(), captions.file().toString());
    }
    ClipListing clips = listed.readable(new ClipCheck(reader, config.onBadClip()));
    return new PairDataset(
        String.valueOf(root.getFileName()),
        clips.pairs(Split.TRAIN, reader),
        clips.pairs(Split.VALIDATION, reader),
        clips.pairs(Split.TEST, reader),
        null,
        null,
        null);
  }

  private static Split split(Path file, Path root, FolderConfig config) throws DatasetException {
    Path below = root.relativize(file);
    return switch (config.splitBy()) {
      case PATH -> drawn(below, config);
      case SUB_FOLDER -> named(below, root);
    };
  }

  private static Split drawn(Path below, FolderConfig config) {
    String path = below.toString().replace('\\', '/');
    double draw = RandomSeed.of(config.seed()).split("split").split(path).generator().nextDouble();
    if (draw < config.testFraction()) {
      return Split.TEST;
    }
    return draw < config.testFraction() + config.validationFraction()
        ? Split.VALIDATION
        : Split.TRAIN;
  }

  private static Split named(Path below, Path root) throws DatasetException {
    for (Split split : Split.values()) {
      if (below.getNameCount() > 1 && below.getName(0).toString().equals(split.toString())) {
        return split;
      }
    }
    throw new DatasetException(
        root.resolve(below) + " is in none of the folders train, validation and test of " + root);
  }
}
