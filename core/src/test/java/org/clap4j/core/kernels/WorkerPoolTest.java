package org.clap4j.core.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

  @Test
  void threadThatIsHeldUpLeavesItsShareToTheOthers() {
    WorkerPool two = new WorkerPool(2);
    CountDownLatch others = new CountDownLatch(7);
    two.forRange(
        8,
        1,
        (from, to) -> {
          if (from == 0) {
            awaitOrFail(others);
          } else {
            others.countDown();
          }
        });
    assertEquals(0, others.getCount());
  }

  @Test
  void piecesDependOnItemsAndThreadsAlone() {
    List<Set<Long>> starts = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Set<Long> ofCall = new ConcurrentSkipListSet<>();
      pool.forRange(1000, 7, (from, to) -> ofCall.add(from));
      starts.add(ofCall);
    }
    assertEquals(1, Set.copyOf(starts).size());
    starts.get(0).forEach(from -> assertEquals(0, from % 7));
  }

  @Test
  void waitsForRunningPiecesWhenInterruptedAndStaysInterrupted() {
    AtomicInteger done = new AtomicInteger();
    Thread.currentThread().interrupt();
    pool.forRange(12, 1, (from, to) -> done.addAndGet((int) (to - from)));
    assertTrue(Thread.interrupted());
    assertEquals(12, done.get());
  }

  private static void awaitOrFail(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS), "the other thread took only its own share");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
