package org.clap4j.experiments.datasets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.AudioTextPair;

/**
 * The clips that a layout has found, by split, in the order in which they were found. A file may
 * stand in it once: listing it twice, or in two splits, is refused, since the one would count a
 * clip double and the other would test on what was trained on.
 */
public final class ClipListing {

  private record Entry(Split split, List<String> captions, List<String> labels, String origin) {}

  private final Map<Path, Entry> entries = new LinkedHashMap<>();

  /**
   * Adds a clip.
   *
   * @param captions what is said of it, one or more
   * @param origin where the clip is named, for messages: {@code captions.csv:12}
   * @throws DatasetException if the file is already listed, or if a caption is blank or none is
   *     given
   */
  public void add(Split split, Path file, List<String> captions, String origin)
      throws DatasetException {
    add(split, file, captions, List.of(), origin);
  }

  /**
   * Adds a clip with the names of all classes that apply to it.
   *
   * @param captions what is said of it, one or more
   * @param labels none where the data has no such classes
   * @param origin where the clip is named, for messages: {@code captions.csv:12}
   * @throws DatasetException if the file is already listed, or if a caption is blank or none is
   *     given
   */
  public void add(Split split, Path file, List<String> captions, List<String> labels, String origin)
      throws DatasetException {
    if (captions.isEmpty() || captions.stream().anyMatch(String::isBlank)) {
      throw new DatasetException(
          origin
              + ": "
              + file.getFileName()
              + " has "
              + (captions.isEmpty() ? "no caption" : "a blank caption")
              + "; every clip needs one or more that say something");
    }
    Path key = file.toAbsolutePath().normalize();
    Entry other =
        entries.putIfAbsent(
            key, new Entry(split, captions.stream().distinct().toList(), labels, origin));
    if (other == null) {
      return;
    }
    if (other.split() != split) {
      throw new DatasetException(
          String.format(
              "%s: %s is listed for %s, but %s has it for %s; a clip may be in one split only",
              origin, file.getFileName(), split, other.origin(), other.split()));
    }
    throw new DatasetException(
        String.format(
            "%s: %s is listed twice, first at %s; list each clip once",
            origin, file.getFileName(), other.origin()));
  }

  /**
   * Checks all clips and returns the listing of those that can be read.
   *
   * @throws DatasetException if some cannot and the check shall fail then, or if a split that had
   *     clips has none left
   */
  public ClipListing readable(ClipCheck check) throws DatasetException {
    Set<Path> bad = check.unreadable(entries.keySet());
    ClipListing kept = new ClipListing();
    entries.forEach(
        (file, entry) -> {
          if (!bad.contains(file)) {
            kept.entries.put(file, entry);
          }
        });
    Map<Split, Integer> before = counts();
    for (Split split : kept.counts().keySet()) {
      before.remove(split);
    }
    if (!before.isEmpty()) {
      throw new DatasetException(
          "no clip of "
              + before.keySet().iterator().next()
              + " can be read; check the data's root");
    }
    return kept;
  }

  private Map<Split, Integer> counts() {
    Map<Split, Integer> counts = new EnumMap<>(Split.class);
    entries.values().forEach(entry -> counts.merge(entry.split(), 1, Integer::sum));
    return counts;
  }

  /** Returns the files of a split, in the order of {@link #pairs}. */
  public List<Path> files(Split split) {
    return entries.entrySet().stream()
        .filter(entry -> entry.getValue().split() == split)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Makes the pairs of a split, whose clips are read by {@code reader}. */
  public List<AudioTextPair> pairs(Split split, AudioReader reader) throws DatasetException {
    List<AudioTextPair> pairs = new ArrayList<>();
    for (Map.Entry<Path, Entry> listed : entries.entrySet()) {
      Entry entry = listed.getValue();
      if (entry.split() == split) {
        FileClip clip = FileClip.of(listed.getKey(), reader);
        pairs.add(new AudioTextPair(clip, entry.captions(), entry.labels()));
      }
    }
    return pairs;
  }
}
