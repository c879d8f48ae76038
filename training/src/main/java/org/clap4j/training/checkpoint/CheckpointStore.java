package org.clap4j.training.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.clap4j.core.config.OptionRange;
import org.clap4j.core.io.AtomicFile;
import org.clap4j.core.io.DirectoryTree;

/**
 * The checkpoints of one run: writes them whole or not at all, keeps the last few and the best, and
 * repairs what a kill has left behind.
 *
 * <p>The truth is in the directories {@code checkpoints/step-N}: the last one has the highest N,
 * and its state says which is the best. The links {@code last} and {@code best} beside {@code
 * checkpoints} are for people and are brought up to date whenever a store is opened or written.
 */
public final class CheckpointStore {

  private static final String FOLDER = "checkpoints";
  private static final Pattern STEP = Pattern.compile("step-(0|[1-9][0-9]{0,17})");

  private final Path run;
  private final Path folder;
  private final int keepLast;

  private CheckpointStore(Path run, int keepLast) {
    this.run = run;
    this.folder = run.resolve(FOLDER);
    this.keepLast = keepLast;
  }

  /**
   * Opens the checkpoints of a run for writing; removes what an interrupted writer has left behind.
   *
   * @param run the run's directory; created where it is missing
   * @param keepLast how many of the last checkpoints are kept, at least 1
   */
  public static CheckpointStore open(Path run, int keepLast) throws IOException {
    OptionRange.requireAtLeast("keep-last", keepLast, 1);
    CheckpointStore store = new CheckpointStore(run, keepLast);
    Files.createDirectories(store.folder);
    store.recover();
    store.refreshLinks();
    return store;
  }

  /** The last whole checkpoint of a run directory. */
  public static Optional<Checkpoint> last(Path run) throws IOException {
    List<Long> steps = steps(run.resolve(FOLDER));
    return steps.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Checkpoint.open(run.resolve(FOLDER).resolve(name(steps.get(steps.size() - 1)))));
  }

  /** The best checkpoint of a run directory, or the last where none is known to be the best. */
  public static Optional<Checkpoint> best(Path run) throws IOException {
    Optional<Checkpoint> last = last(run);
    OptionalLong step = last.map(CheckpointStore::bestStep).orElse(OptionalLong.empty());
    if (step.isPresent()) {
      Path directory = run.resolve(FOLDER).resolve(name(step.getAsLong()));
      if (Files.isDirectory(directory)) {
        return Optional.of(Checkpoint.open(directory));
      }
    }
    return last;
  }

  private static OptionalLong bestStep(Checkpoint checkpoint) {
    BestMetric best = checkpoint.state().progress().best();
    return best == null ? OptionalLong.empty() : OptionalLong.of(best.step());
  }

  /**
   * Writes a checkpoint under its step's name, replacing one of that name, then removes those that
   * are no longer kept.
   *
   * @return its directory
   */
  public Path save(TrainingState state, CheckpointContent content) throws IOException {
    String name = name(state.progress().step());
    Path aside = folder.resolve("." + name + ".tmp");
    DirectoryTree.delete(aside);
    Files.createDirectory(aside);
    content.write(aside);
    Files.writeString(aside.resolve(Checkpoint.STATE), StateJson.format(state));
    DirectoryTree.sync(aside);
    Path place = folder.resolve(name);
    Path replaced = folder.resolve("." + name + ".replaced");
    if (Files.isDirectory(place)) {
      Files.move(place, replaced, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(aside, place, StandardCopyOption.ATOMIC_MOVE);
    AtomicFile.syncDirectory(folder);
    DirectoryTree.delete(replaced);
    refreshLinks();
    prune();
    return place;
  }

  /** Takes back a checkpoint whose successor was never finished; removes all that is half done. */
  private void recover() throws IOException {
    for (Path entry : entries(folder)) {
      String name = fileName(entry);
      if (name.startsWith(".step-") && name.endsWith(".replaced")) {
        Path place = folder.resolve(name.substring(1, name.length() - ".replaced".length()));
        if (Files.notExists(place)) {
          Files.move(entry, place, StandardCopyOption.ATOMIC_MOVE);
        }
      }
    }
    for (Path entry : entries(folder)) {
      if (fileName(entry).startsWith(".step-")) {
        DirectoryTree.delete(entry);
      }
    }
  }

  private void refreshLinks() throws IOException {
    Optional<Checkpoint> last = last(run);
    Optional<Checkpoint> best = best(run);
    if (last.isPresent() && best.isPresent()) {
      RunLink.point(run.resolve("last"), run.relativize(last.get().directory()));
      RunLink.point(run.resolve("best"), run.relativize(best.get().directory()));
    }
  }

  private void prune() throws IOException {
    List<Long> steps = steps(folder);
    Optional<Checkpoint> best = best(run);
    for (long step : steps.subList(0, Math.max(0, steps.size() - keepLast))) {
      Path directory = folder.resolve(name(step));
      if (best.isEmpty() || !best.get().directory().equals(directory)) {
        Path aside = folder.resolve("." + name(step) + ".tmp");
        DirectoryTree.delete(aside);
        Files.move(directory, aside, StandardCopyOption.ATOMIC_MOVE);
        DirectoryTree.delete(aside);
      }
    }
  }

  private static String name(long step) {
    return "step-" + step;
  }

  /** Steps of the whole checkpoints of a folder, ascending. */
  private static List<Long> steps(Path folder) throws IOException {
    List<Long> steps = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      for (Path entry : entries(folder)) {
        Matcher matcher = STEP.matcher(fileName(entry));
        if (matcher.matches() && Files.isDirectory(entry)) {
          steps.add(Long.parseLong(matcher.group(1)));
        }
      }
    }
    steps.sort(Comparator.naturalOrder());
    return steps;
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }

  private static String fileName(Path path) {
    return String.valueOf(path.getFileName());
  }
}
