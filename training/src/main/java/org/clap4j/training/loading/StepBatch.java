package org.clap4j.training.loading;

import java.util.Arrays;
import java.util.List;
import org.clap4j.core.data.ContrastiveBatch;
import org.clap4j.core.data.PairIds;

/**
 * The pairs of one optimiser step, in chunks small enough for one pass through the towers each. All
 * chunks stay in memory until the step is closed, so that a pass can be repeated on the same
 * arrays.
 *
 * @param position where the step stands in the sequence of steps
 * @param chunks one chunk or more, in order; ids are comparable across chunks
 * @param duplicateShare share of the pairs that have a clip or a caption in common with another
 *     pair of the step, in [0, 1]
 */
public record StepBatch(
    BatchPosition position, List<ContrastiveBatch> chunks, double duplicateShare)
    implements AutoCloseable {

  /** Checks that there is a chunk. */
  public StepBatch {
    chunks = List.copyOf(chunks);
    if (chunks.isEmpty()) {
      throw new IllegalArgumentException("a step needs one chunk or more, had none");
    }
  }

  /** N, the number of pairs of all chunks. */
  public int size() {
    return chunks.stream().mapToInt(ContrastiveBatch::size).sum();
  }

  /** Which of all N pairs share a clip or a caption. */
  public PairIds ids() {
    return new PairIds(
        chunks.stream().flatMapToLong(c -> Arrays.stream(c.ids().clipIds())).toArray(),
        chunks.stream().flatMapToLong(c -> Arrays.stream(c.ids().captionIds())).toArray());
  }

  /** The clips' names of all N pairs, for messages. */
  public List<String> clipNames() {
    return chunks.stream().flatMap(c -> c.clipNames().stream()).toList();
  }

  /** Frees the memory of all chunks. */
  @Override
  public void close() {
    chunks.forEach(ContrastiveBatch::close);
  }
}
