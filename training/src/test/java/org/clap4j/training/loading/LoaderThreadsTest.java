package org.clap4j.training.loading;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LoaderThreadsTest {

  private static final long LONGER_THAN_CLOSING_TAKES_BY_ITSELF = 200;

  @Test
  void closingWaitsForWhatHasBegunAndGivesUpTheRest() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    Future<Boolean> waiting;
    try (LoaderThreads threads = new LoaderThreads("test", 1)) {
      var unused =
          threads.submit(
              () -> {
                begun.countDown();
                Thread.sleep(LONGER_THAN_CLOSING_TAKES_BY_ITSELF);
                ended.set(true);
                return true;
              });
      waiting = threads.submit(() -> true);
      begun.await();
    }
    assertTrue(ended.get());
    assertFalse(waiting.isDone());
  }
}
