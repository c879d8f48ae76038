package org.clap4j.experiments.datasets.captions;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.PairDataset;
import org.clap4j.core.model.PairDatasetFactory;
import org.clap4j.experiments.datasets.ClipListing;
import org.clap4j.experiments.datasets.DatasetException;
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
    Path root = Path.of(config.root());
    CaptionsCsv csv =
        new CaptionsCsv(new AudioFolder(root.resolve(config.audioDir())), config.labels());
    ClipListing listed = new ClipListing();
    List<CaptionedFile> train = read(csv, root, config.train());
    HeldOut heldOut = HeldOut.of(config, train);
    for (CaptionedFile clip : train) {
      Split split = heldOut.contains(clip) ? Split.VALIDATION : Split.TRAIN;
      listed.add(split, clip.file(), clip.captions(), clip.labels(), clip.origin());
    }
    addAll(listed, Split.VALIDATION, read(csv, root, config.validation()));
    addAll(listed, Split.TEST, read(csv, root, config.test()));
    ClipListing clips = listed.readable(reader, config.onBadClip());

    NamedClasses classes = classes(config.zeroShot(), clips);
    return new PairDataset(
        String.valueOf(root.getFileName()),
        clips.pairs(Split.TRAIN, reader),
        clips.pairs(Split.VALIDATION, reader),
        clips.pairs(Split.TEST, reader),
        classes == null ? null : classes.task(clips.files(Split.TRAIN)),
        classes == null ? null : classes.task(clips.files(Split.VALIDATION)),
        classes == null ? null : classes.task(clips.files(Split.TEST)));
  }

  private static List<CaptionedFile> read(CaptionsCsv csv, Path root, @Nullable String name)
      throws DatasetException {
    return name == null ? List.of() : csv.read(root.resolve(name));
  }

  private static void addAll(ClipListing listed, Split split, List<CaptionedFile> clips)
      throws DatasetException {
    for (CaptionedFile clip : clips) {
      listed.add(split, clip.file(), clip.captions(), clip.labels(), clip.origin());
    }
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
