package org.clap4j.experiments.datasets.captions;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.clap4j.experiments.datasets.CsvTable;
import org.clap4j.experiments.datasets.DatasetException;
import org.jspecify.annotations.Nullable;

/** Reads the captioned files of one CSV, whichever of the known forms it has. */
final class CaptionsCsv {

  private static final Pattern NUMBERED_CAPTION = Pattern.compile("caption_\\d+");
  private static final String FILE_NAME = "file_name";
  private static final String CAPTION = "caption";

  private final AudioFolder folder;
  private final AudioCapsFiles audioCaps;
  private final @Nullable String labelColumn;
  private final @Nullable String foldColumn;

  /**
   * Reads files below a folder.
   *
   * @param labelColumn of each clip's labels, separated by commas; null: none
   * @param foldColumn of each clip's fold; null: none
   */
  CaptionsCsv(AudioFolder folder, @Nullable String labelColumn, @Nullable String foldColumn) {
    this.folder = folder;
    this.labelColumn = labelColumn;
    this.foldColumn = foldColumn;
    this.audioCaps = new AudioCapsFiles(folder);
  }

  /**
   * Reads a CSV.
   *
   * @throws DatasetException with file and line, if its form is not known or a row is not complete
   */
  List<CaptionedFile> read(Path csv) throws DatasetException {
    CsvTable table = CsvTable.read(csv);
    if (table.rows().isEmpty()) {
      throw new DatasetException(csv + " has no rows below its header");
    }
    if (labelColumn != null) {
      table.require(labelColumn);
    }
    if (foldColumn != null) {
      table.require(foldColumn);
    }
    List<String> columns = table.columns();
    List<String> numbered =
        columns.stream().filter(column -> NUMBERED_CAPTION.matcher(column).matches()).toList();
    if (columns.contains(FILE_NAME) && !numbered.isEmpty()) {
      return oneRowPerClip(table, numbered);
    }
    if (columns.contains(FILE_NAME) && columns.contains(CAPTION)) {
      return oneRowPerCaption(
          table, List.of(FILE_NAME), rows -> folder.byName(rows.get(0), FILE_NAME, csv));
    }
    List<String> audioCapsClip = List.of("youtube_id", "start_time");
    if (columns.containsAll(audioCapsClip) && columns.contains(CAPTION)) {
      return oneRowPerCaption(table, audioCapsClip, rows -> audioCaps.locate(rows, csv));
    }
    if (columns.contains(FILE_NAME) && labelColumn != null) {
      return oneRowPerClip(table, List.of());
    }
    throw new DatasetException(
        String.format(
            "%s has the columns %s; expected file_name,caption_1,... or file_name,caption"
                + " or youtube_id,start_time,caption",
            csv, String.join(",", columns)));
  }

  private List<CaptionedFile> oneRowPerClip(CsvTable table, List<String> captionColumns)
      throws DatasetException {
    List<CaptionedFile> clips = new ArrayList<>();
    for (CsvTable.Row row : table.rows()) {
      List<String> captions = new ArrayList<>();
      for (String column : captionColumns) {
        captions.add(row.get(column));
      }
      List<String> labels = labels(row);
      if (captions.isEmpty()) {
        captions.add(String.join(", ", labels));
      }
      Path file = folder.byName(row, FILE_NAME, table.file());
      clips.add(new CaptionedFile(file, captions, labels, fold(List.of(row)), row.origin()));
    }
    return clips;
  }

  /** As words, for they may become a caption. */
  private List<String> labels(CsvTable.Row row) throws DatasetException {
    return labelColumn == null
        ? List.of()
        : Arrays.stream(row.get(labelColumn).split(",", -1))
            .map(label -> label.replace('_', ' ').strip())
            .filter(label -> !label.isEmpty())
            .distinct()
            .toList();
  }

  /** The one fold of a clip's rows. */
  private @Nullable Integer fold(List<CsvTable.Row> rowsOfClip) throws DatasetException {
    if (foldColumn == null) {
      return null;
    }
    CsvTable.Row first = rowsOfClip.get(0);
    int fold = first.getInt(foldColumn);
    for (CsvTable.Row row : rowsOfClip) {
      if (row.getInt(foldColumn) != fold) {
        throw new DatasetException(
            "%s: %s is %d, but %s has the same clip in fold %d; a clip may be in one fold only"
                .formatted(row.origin(), foldColumn, row.getInt(foldColumn), first.origin(), fold));
      }
    }
    return fold;
  }

  private interface Locator {
    Path locate(List<CsvTable.Row> rowsOfClip) throws DatasetException;
  }

  /** Rows of one clip are put together, at the place of the first, whose labels count. */
  private List<CaptionedFile> oneRowPerCaption(
      CsvTable table, List<String> clipColumns, Locator locator) throws DatasetException {
    Map<List<String>, List<CsvTable.Row>> rowsByClip = new LinkedHashMap<>();
    for (CsvTable.Row row : table.rows()) {
      List<String> clip = new ArrayList<>();
      for (String column : clipColumns) {
        clip.add(row.get(column));
      }
      rowsByClip.computeIfAbsent(clip, c -> new ArrayList<>()).add(row);
    }
    List<CaptionedFile> clips = new ArrayList<>();
    for (List<CsvTable.Row> rows : rowsByClip.values()) {
      List<String> captions = new ArrayList<>();
      for (CsvTable.Row row : rows) {
        captions.add(row.get(CAPTION));
      }
      clips.add(
          new CaptionedFile(
              locator.locate(rows),
              captions,
              labels(rows.get(0)),
              fold(rows),
              rows.get(0).origin()));
    }
    return clips;
  }
}
