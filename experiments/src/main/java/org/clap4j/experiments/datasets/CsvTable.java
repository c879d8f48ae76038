package org.clap4j.experiments.datasets;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A CSV file (RFC 4180) with a header, in UTF-8 with or without byte order mark. Keeps where each
 * row stands, so that a complaint can say it.
 */
public final class CsvTable {

  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180
          .builder()
          .setHeader()
          .setSkipHeaderRecord(true)
          .setTrim(true)
          .setIgnoreEmptyLines(true)
          .get();

  private final Path file;
  private final List<String> columns;
  private final List<Row> rows;

  private CsvTable(Path file, List<String> columns, List<Row> rows) {
    this.file = file;
    this.columns = List.copyOf(columns);
    this.rows = List.copyOf(rows);
  }

  /**
   * A row.
   *
   * @param values value of each column
   * @param origin file name and line, for messages: {@code captions.csv:12}
   */
  public record Row(Map<String, String> values, String origin) {

    /**
     * Returns the value of a column.
     *
     * @throws DatasetException if it is blank
     */
    public String get(String column) throws DatasetException {
      String value = values.get(column);
      if (value == null || value.isBlank()) {
        throw new DatasetException(origin + ": " + column + " is blank; every row needs one");
      }
      return value;
    }

    /**
     * Returns the value of a column that holds whole numbers.
     *
     * @throws DatasetException if it is not one
     */
    public int getInt(String column) throws DatasetException {
      String value = get(column);
      try {
        return Integer.parseInt(value);
      } catch (NumberFormatException e) {
        throw new DatasetException(
            origin + ": " + column + " must be a whole number, was '" + value + "'", e);
      }
    }

    /**
     * Returns the value of a column that holds numbers.
     *
     * @throws DatasetException if it is not one
     */
    public double getDouble(String column) throws DatasetException {
      String value = get(column);
      try {
        return Double.parseDouble(value);
      } catch (NumberFormatException e) {
        throw new DatasetException(
            origin + ": " + column + " must be a number, was '" + value + "'", e);
      }
    }
  }

  /**
   * Reads a whole file.
   *
   * @throws DatasetException if it is missing, not UTF-8, not CSV, or if a row has another number
   *     of columns than the header
   */
  public static CsvTable read(Path file) throws DatasetException {
    try (CSVParser parser = CSVParser.parse(new StringReader(text(file)), FORMAT)) {
      List<String> columns = parser.getHeaderNames();
      List<Row> rows = new ArrayList<>();
      long line = parser.getCurrentLineNumber() + 1;
      for (CSVRecord record : parser) {
        String origin = file.getFileName() + ":" + line;
        if (!record.isConsistent()) {
          throw new DatasetException(
              String.format(
                  "%s: %d columns where the header has %d; quote values that hold commas",
                  origin, record.size(), columns.size()));
        }
        rows.add(new Row(record.toMap(), origin));
        line = parser.getCurrentLineNumber() + 1;
      }
      return new CsvTable(file, columns, rows);
    } catch (CSVException | UncheckedIOException | IllegalArgumentException e) {
      throw new DatasetException(file + " is not a CSV file with a header: " + e.getMessage(), e);
    } catch (DatasetException e) {
      throw e;
    } catch (IOException e) {
      throw new DatasetException(file + " cannot be read: " + e, e);
    }
  }

  private static String text(Path file) throws IOException {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
              .toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (NoSuchFileException e) {
      throw new DatasetException(file + ": no such file", e);
    } catch (CharacterCodingException e) {
      throw new DatasetException(file + " is not UTF-8; save it as UTF-8", e);
    }
  }

  /** The file's path. */
  public Path file() {
    return file;
  }

  /** The header. */
  public List<String> columns() {
    return columns;
  }

  /** The rows, in their order. */
  public List<Row> rows() {
    return rows;
  }

  /**
   * Checks that the header has some columns.
   *
   * @throws DatasetException if not; it says what the header has
   */
  public void require(String... needed) throws DatasetException {
    for (String column : needed) {
      if (!columns.contains(column)) {
        throw new DatasetException(
            file
                + " has no column '"
                + column
                + "'; its columns are "
                + String.join(", ", columns));
      }
    }
  }
}
