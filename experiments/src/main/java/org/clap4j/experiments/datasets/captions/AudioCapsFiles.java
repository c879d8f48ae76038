package org.clap4j.experiments.datasets.captions;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.clap4j.experiments.datasets.CsvTable;
import org.clap4j.experiments.datasets.DatasetException;
import org.jspecify.annotations.Nullable;

/**
 * Finds AudioCaps' clips, which everybody has downloaded for himself and named in his own way. With
 * any audio extension, for id {@code r1nicOVtvkQ} and start 130, the first that exists of:
 *
 * <ol>
 *   <li>{@code r1nicOVtvkQ_130}, {@code _130.000}, {@code _130_140}, {@code _130.000_140.000},
 *       {@code _130000_140000} (milliseconds): the id and the start, as aac-datasets and AudioSet's
 *       downloaders have it; also with {@code Y} in front;
 *   <li>{@code Yr1nicOVtvkQ}: the {@code Y} keeps ids that start with a dash from looking like
 *       options (PANNs, WavCaps);
 *   <li>{@code r1nicOVtvkQ}: the id;
 *   <li>{@code 91139}: the {@code audiocap_id}, if the CSV has it (audiocaps-download, which stores
 *       a clip once for each of its captions).
 * </ol>
 */
final class AudioCapsFiles {

  private static final Pattern TIMES = Pattern.compile("_(\\d+(?:\\.\\d+)?)(?:_\\d+(?:\\.\\d+)?)?");
  private static final double MILLISECONDS_PER_SECOND = 1000;

  private final AudioFolder folder;

  AudioCapsFiles(AudioFolder folder) {
    this.folder = folder;
  }

  /**
   * Returns the clip that some rows speak of; where it could be if there is none.
   *
   * @param rows all rows of one id and start
   */
  Path locate(List<CsvTable.Row> rows, Path csv) throws DatasetException {
    CsvTable.Row row = rows.get(0);
    String id = row.get("youtube_id");
    Path named = withStart(id, row.getDouble("start_time"), csv, row.origin());
    if (named != null) {
      return named;
    }
    List<String> stems = new ArrayList<>(List.of("Y" + id, id));
    rows.forEach(r -> stems.add(r.values().getOrDefault("audiocap_id", "")));
    for (String stem : stems) {
      Path found = folder.byStem(stem, csv, row.origin());
      if (found != null) {
        return found;
      }
    }
    return folder.path().resolve("Y" + id + ".wav");
  }

  private @Nullable Path withStart(String id, double startSeconds, Path csv, String origin)
      throws DatasetException {
    for (String prefix : List.of(id, "Y" + id)) {
      for (String stem : folder.stemsStarting(prefix + "_")) {
        var times = TIMES.matcher(stem.substring(prefix.length()));
        if (times.matches() && isStart(Double.parseDouble(times.group(1)), startSeconds)) {
          return folder.byStem(stem, csv, origin);
        }
      }
    }
    return null;
  }

  private static boolean isStart(double named, double startSeconds) {
    return named == startSeconds || named == startSeconds * MILLISECONDS_PER_SECOND;
  }
}
