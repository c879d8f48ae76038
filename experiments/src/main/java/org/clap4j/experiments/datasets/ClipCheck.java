package org.clap4j.experiments.datasets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.OnBadClip;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds missing and damaged clips before training starts: every file is probed, on all cores.
 * {@link OnBadClip} decides what follows. A file that is asked about again, as in another fold of
 * the same data, is not probed again.
 */
public final class ClipCheck {

  private static final Logger log = LoggerFactory.getLogger(ClipCheck.class);
  private static final int MOST_LISTED = 10;

  private final AudioReader reader;
  private final OnBadClip onBadClip;
  private final Set<Path> checked = new HashSet<>();
  private final Set<Path> unreadable = new HashSet<>();

  /** A check that has seen no file yet. */
  public ClipCheck(AudioReader reader, OnBadClip onBadClip) {
    this.reader = reader;
    this.onBadClip = onBadClip;
  }

  private record BadClip(Path file, String reason) {}

  /**
   * Returns those of the files that cannot be read.
   *
   * @throws DatasetException if there are any and they shall not be skipped; it names the first ten
   */
  Set<Path> unreadable(Collection<Path> files) throws DatasetException {
    List<Path> unseen = files.stream().filter(checked::add).toList();
    List<BadClip> bad = unseen.parallelStream().flatMap(file -> problem(file).stream()).toList();
    if (!bad.isEmpty()) {
      String report = report(bad, unseen.size());
      switch (onBadClip) {
        case FAIL ->
            throw new DatasetException(
                report + "\nMend or remove them, or set on-bad-clip: skip to go on without them.");
        case SKIP -> log.warn("{}\nGoing on without them.", report);
      }
      bad.forEach(clip -> unreadable.add(clip.file()));
    }
    return files.stream().filter(unreadable::contains).collect(Collectors.toSet());
  }

  private Optional<BadClip> problem(Path file) {
    try {
      if (!Files.exists(file)) {
        return Optional.of(new BadClip(file, file + ": no such file"));
      }
      if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
        return Optional.of(new BadClip(file, file + ": not a file that may be read"));
      }
      if (Files.size(file) == 0) {
        return Optional.of(new BadClip(file, file + ": the file is empty"));
      }
      reader.probe(file);
      return Optional.empty();
    } catch (AudioException e) {
      return Optional.of(new BadClip(file, String.valueOf(e.getMessage())));
    } catch (IOException e) {
      return Optional.of(new BadClip(file, file + ": " + e));
    }
  }

  private static String report(List<BadClip> bad, int checked) {
    String listed =
        bad.stream()
            .limit(MOST_LISTED)
            .map(clip -> "\n  " + clip.reason())
            .collect(Collectors.joining());
    String rest = bad.size() > MOST_LISTED ? "\n  and " + (bad.size() - MOST_LISTED) + " more" : "";
    return bad.size() + " of " + checked + " clips cannot be read:" + listed + rest;
  }
}
