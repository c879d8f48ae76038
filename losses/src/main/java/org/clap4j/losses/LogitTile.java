package org.clap4j.losses;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.clap4j.core.kernels.WorkerPool;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Some rows of the logits, all N columns of them, outside the Java heap in the precision of the
 * embeddings. Losses see doubles: a row at a time, so that no more than that is ever in the heap.
 * Rows are numbered as in the whole.
 *
 * <p>R: rows of the tile. N: pairs of the batch.
 */
final class LogitTile implements AutoCloseable {

  /** Elements that are worth another thread's while. */
  private static final int GRAIN = 1 << 14;

  private final INDArray tile_RN;
  private final int columns;

  /** One of each thread, so that evaluations leave next to nothing to the garbage collector. */
  private final ThreadLocal<RowArrays> rowArrays;

  private Elements elements;
  private int firstRow;
  private int rows;

  LogitTile(DataType type, int maxRows, int columns) {
    tile_RN = Nd4j.createUninitialized(type, maxRows, columns);
    this.columns = columns;
    rowArrays = ThreadLocal.withInitial(() -> new RowArrays(columns));
    elements = Elements.of(tile_RN);
  }

  /** What a thread works on: a row, scratch of its length, and what takes the row's place. */
  private record RowArrays(double[] z, double[] scratch, double[] replacement) {
    RowArrays(int columns) {
      this(new double[columns], new double[columns], new double[columns]);
    }
  }

  /** Works on a row. */
  @FunctionalInterface
  interface RowTask {

    /**
     * Works on row i.
     *
     * @param z its elements; may be overwritten, which the tile does not see
     * @param scratch of the same length, for any use
     */
    void run(int i, double[] z, double[] scratch);
  }

  /** Makes something else of a row. */
  @FunctionalInterface
  interface RowMap {

    /**
     * Writes what is to stand in the place of row i.
     *
     * @param z its elements
     * @param scratch of the same length, for any use
     * @param replacement takes the result; holds zeros
     */
    void run(int i, double[] z, double[] scratch, double[] replacement);
  }

  /** N. */
  int columns() {
    return columns;
  }

  /** The first row in use. */
  int firstRow() {
    return firstRow;
  }

  /** Behind the last row in use. */
  int endRow() {
    return firstRow + rows;
  }

  /** z_ij. */
  double get(int i, int j) {
    return elements.get(place(i, j));
  }

  /** Reads z_ij of columns [from, to) into the start of an array. */
  void read(int i, int from, int to, double[] z) {
    elements.read(place(i, from), z, to - from);
  }

  /**
   * Works on the tile with z_ii = -infinity.
   *
   * @param diagonal takes z_ii of the tile's rows i in their places among N
   */
  void withoutDiagonal(double[] diagonal, Runnable task) {
    for (int i = firstRow; i < endRow(); i++) {
      diagonal[i] = get(i, i);
      elements.put(place(i, i), Double.NEGATIVE_INFINITY);
    }
    task.run();
    for (int i = firstRow; i < endRow(); i++) {
      elements.put(place(i, i), diagonal[i]);
    }
  }

  /** Works on all rows, which are split over all threads. */
  void forRows(RowTask task) {
    forRanges(
        (from, to) -> {
          RowArrays row = rowArrays.get();
          for (int i = from; i < to; i++) {
            read(i, 0, columns, row.z());
            task.run(i, row.z(), row.scratch());
          }
        });
  }

  /** Replaces all rows, which are split over all threads. */
  void replaceRows(RowMap map) {
    forRanges(
        (from, to) -> {
          RowArrays row = rowArrays.get();
          for (int i = from; i < to; i++) {
            read(i, 0, columns, row.z());
            Arrays.fill(row.replacement(), 0);
            map.run(i, row.z(), row.scratch(), row.replacement());
            elements.write(place(i, 0), row.replacement());
          }
        });
  }

  /** Works on rows or columns [from, to). */
  @FunctionalInterface
  interface RangeTask {
    void run(int from, int to);
  }

  private void forRanges(RangeTask task) {
    WorkerPool.shared()
        .forRange(
            rows,
            Math.max(1, GRAIN / columns),
            (from, to) -> task.run(firstRow + (int) from, firstRow + (int) to));
  }

  /** Splits the columns over all threads. */
  void forColumns(RangeTask task) {
    WorkerPool.shared()
        .forRange(columns, Math.max(8, GRAIN / rows), (from, to) -> task.run((int) from, (int) to));
  }

  /**
   * Takes rows in the place of those that were there.
   *
   * @param first number of the first
   * @param logits writes them into an array [R, N]
   */
  void fill(int first, int count, Consumer<INDArray> logits) {
    firstRow = first;
    rows = count;
    INDArray logits_RN = inUse();
    logits.accept(logits_RN);
    Nd4j.getAffinityManager().ensureLocation(logits_RN, AffinityManager.Location.HOST);
    elements = Elements.of(tile_RN);
  }

  /** The rows as {@link #replaceRows} has left them, [R, N]. */
  INDArray replaced() {
    INDArray replaced_RN = inUse();
    Nd4j.getAffinityManager().tagLocation(replaced_RN, AffinityManager.Location.HOST);
    return replaced_RN;
  }

  private INDArray inUse() {
    return tile_RN.get(NDArrayIndex.interval(0, rows), NDArrayIndex.all());
  }

  private int place(int i, int j) {
    return (i - firstRow) * columns + j;
  }

  @Override
  public void close() {
    tile_RN.close();
  }

  /** An array's memory, whatever its precision. */
  private interface Elements {

    double get(int index);

    void put(int index, double value);

    void read(int index, double[] target, int length);

    void write(int index, double[] source);

    static Elements of(INDArray array) {
      ByteBuffer bytes = array.data().asNio();
      return array.dataType() == DataType.DOUBLE
          ? new Doubles(bytes.asDoubleBuffer())
          : new Floats(bytes.asFloatBuffer());
    }
  }

  private record Floats(FloatBuffer buffer) implements Elements {

    @Override
    public double get(int index) {
      return buffer.get(index);
    }

    @Override
    public void put(int index, double value) {
      buffer.put(index, (float) value);
    }

    @Override
    public void read(int index, double[] target, int length) {
      for (int j = 0; j < length; j++) {
        target[j] = buffer.get(index + j);
      }
    }

    @Override
    public void write(int index, double[] source) {
      for (int j = 0; j < source.length; j++) {
        buffer.put(index + j, (float) source[j]);
      }
    }
  }

  private record Doubles(DoubleBuffer buffer) implements Elements {

    @Override
    public double get(int index) {
      return buffer.get(index);
    }

    @Override
    public void put(int index, double value) {
      buffer.put(index, value);
    }

    @Override
    public void read(int index, double[] target, int length) {
      buffer.get(index, target, 0, length);
    }

    @Override
    public void write(int index, double[] source) {
      buffer.put(index, source);
    }
  }
}
