package org.clap4j.core.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerPoolTest {

  private final WorkerPool pool = new WorkerPool(3);

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "2, 1", "7, 3", "100, 8", "101, 100"})
  void visitsEachItemOnce(int items, int grain) {
    AtomicIntegerArray visits = new AtomicIntegerArray(items);
    pool.forRange(
        items,
        grain,
        (from, to) -> {
          for (long i = from; i < to; i++) {
            visits.incrementAndGet((int) i);
          }
        });
    for (int i = 0; i < items; i++) {
      assertEquals(1, visits.get(i));
    }
  }

  @Test
  void callsFromWithinATaskDoNotWaitForOtherThreads() {
    AtomicIntegerArray visits = new AtomicIntegerArray(6);
    pool.forRange(
        6,
        1,
        (from, to) ->
            pool.forRange(to - from, 1, (a, b) -> visits.addAndGet((int) from, (int) (b - a))));
    int total = 0;
    for (int i = 0; i < 6; i++) {
      total += visits.get(i);
    }
    assertEquals(6, total);
  }

  @Test
  void rethrowsWhatATaskThrows() {
    IllegalStateException error =
        assertThrows(
            IllegalStateException.class,
            () ->
                pool.forRange(
                    3,
                    1,
                    (from, to) -> {
                      if (from == 2) {
                        throw new IllegalStateException("item 2");
                      }
                    }));
    assertEquals("item 2", error.getMessage());
  }
}
