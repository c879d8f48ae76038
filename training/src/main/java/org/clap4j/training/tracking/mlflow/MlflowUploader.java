package org.clap4j.training.tracking.mlflow;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.clap4j.core.io.BackgroundThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that follows a journal and keeps the server up to date. A server that does not answer
 * is asked again after 0.5 s, 1 s, 2 s … up to half a minute, each stretched by a random part so
 * that many runs do not all come back at once.
 */
final class MlflowUploader implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(MlflowUploader.class);

  /** Seldom enough to take little time of a training that shares the machine with its server. */
  private static final long FOLLOW_MILLIS = 5000;

  private static final long LONGEST_BACK_OFF_MILLIS = 30_000;

  private static final long JOIN_MILLIS = 50;

  private static final long INTERRUPTED_JOIN_MILLIS = 2000;

  private final Path directory;
  private final MlflowSettings settings;
  private final Duration closeTimeout;
  private final Patience patience;
  private final JournalUpload upload;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean closing;
  private boolean complete;
  private int failures;
  private long lastSuccessNanos = System.nanoTime();
  private long leaveAloneUntilNanos = System.nanoTime();
  private String whyIncomplete = "it has not taken any yet";

  /**
   * How long a server is waited for.
   *
   * @param call by when a call must be answered
   * @param firstBackOff how long a server that failed once is left alone, more or less
   * @param silence how long the end of a run waits for a server that fails again and again
   */
  record Patience(Duration call, Duration firstBackOff, Duration silence) {

    private static final Patience OF_RUN =
        new Patience(Duration.ofSeconds(30), Duration.ofMillis(500), Duration.ofSeconds(5));

    /** For somebody who has nothing else to do than to send. */
    private static final Patience OF_SYNC =
        new Patience(OF_RUN.call, OF_RUN.firstBackOff, Duration.ofSeconds(15));
  }

  MlflowUploader(Path directory, MlflowSettings settings, MlflowConfig config) {
    this(directory, settings, config, Patience.OF_RUN);
  }

  /** An uploader for somebody who waits for it: a day if need be, while the server answers. */
  static MlflowUploader patient(Path directory, MlflowSettings settings, MlflowConfig config) {
    MlflowConfig patient = config.withCloseTimeout(Duration.ofDays(1).toSeconds());
    return new MlflowUploader(directory, settings, patient, Patience.OF_SYNC);
  }

  MlflowUploader(Path directory, MlflowSettings settings, MlflowConfig config, Patience patience) {
    this.patience = patience;
    this.directory = directory;
    this.settings = settings;
    this.closeTimeout = Duration.ofMillis((long) (config.closeTimeoutSeconds() * 1000));
    this.upload = new JournalUpload(directory, settings, config, patience.call());
    this.thread = BackgroundThread.of("mlflow-upload", this::follow);
  }

  /** Starts to follow the journal. */
  void start() {
    thread.start();
  }

  private void follow() {
    try {
      while (true) {
        boolean last = isClosing();
        boolean advanced = advance();
        if (!advanced) {
          if (last && failures == 0) {
            markComplete();
            return;
          }
          leaveAlone();
          rest(failures == 0 ? FOLLOW_MILLIS : backOffMillis());
        }
      }
    } catch (InterruptedException e) {
      // Only close() interrupts this thread, when nobody waits for it any more.
    }
  }

  private boolean advance() throws InterruptedException {
    int before = upload.progress();
    try {
      boolean advanced = upload.advance();
      noteSuccess();
      return advanced;
    } catch (ServerException e) {
      noteProgress(before);
      noteFailure(e.text(), e.retryAfter());
    } catch (IOException | RuntimeException e) {
      if (Thread.interrupted()) { // an interrupted read closes its file
        throw new InterruptedException();
      }
      noteProgress(before);
      noteFailure(e.toString(), Duration.ZERO);
    }
    return false;
  }

  /** What failed later than last time is waited for no longer than a first failure. */
  private void noteProgress(int before) {
    lock.lock();
    try {
      if (upload.progress() != before) {
        failures = Math.min(failures, 1);
        lastSuccessNanos = System.nanoTime();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosing() {
    lock.lock();
    try {
      return closing;
    } finally {
      lock.unlock();
    }
  }

  private void markComplete() {
    lock.lock();
    try {
      complete = true;
    } finally {
      lock.unlock();
    }
  }

  private void noteSuccess() {
    lock.lock();
    try {
      if (failures > 0) {
        log.info("MLflow at {} answers again", settings.publicUri());
      }
      failures = 0;
      lastSuccessNanos = System.nanoTime();
      if (upload.progress() > 0) {
        whyIncomplete = "it takes longer than tracking.close-timeout-seconds";
      }
    } finally {
      lock.unlock();
    }
  }

  private void noteFailure(String text, Duration retryAfter) {
    lock.lock();
    try {
      if (failures == 0) {
        log.warn(
            "MLflow at {} does not take the run for now ({}); training goes on, and it is tried"
                + " again",
            settings.publicUri(),
            text);
      }
      failures++;
      if (!retryAfter.isZero()) {
        leaveAloneUntilNanos = System.nanoTime() + retryAfter.toNanos();
      }
      whyIncomplete = text;
    } finally {
      lock.unlock();
    }
  }

  private long backOffMillis() {
    long doubled = patience.firstBackOff().toMillis() << Math.min(failures - 1, 10);
    long bounded = Math.min(doubled, LONGEST_BACK_OFF_MILLIS);
    return bounded / 2 + ThreadLocalRandom.current().nextLong(bounded / 2 + 1);
  }

  /** Waits as long as the server has asked for, whether or not the run is closing. */
  private void leaveAlone() throws InterruptedException {
    lock.lock();
    try {
      long nanos = leaveAloneUntilNanos - System.nanoTime();
      while (nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits, but not when the run is closing and the wait has been cut short for that once. */
  private void rest(long millis) throws InterruptedException {
    lock.lock();
    try {
      boolean alreadyClosing = closing;
      long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
      while (nanos > 0 && closing == alreadyClosing) {
        nanos = changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The run's page in the dashboard, once the server knows the run. */
  Optional<String> runPage() {
    return upload.runPage();
  }

  /**
   * Sends what is left. Waits until the server has everything, but not longer than the close
   * timeout, and only seconds for a server that does not answer; then says in one line what is
   * missing and how to send it.
   *
   * @return whether the server has everything
   */
  boolean finish() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    waitForThread();
    lock.lock();
    try {
      if (!complete) {
        log.warn(
            "MLflow at {} has not got all of this run ({}): {}. Nothing is lost; send it later"
                + " with: clap4j sync {}",
            settings.publicUri(),
            pending(),
            whyIncomplete,
            directory);
      }
      return complete;
    } finally {
      lock.unlock();
    }
  }

  private String pending() {
    try {
      return upload.pendingLines() + " journal lines to go";
    } catch (IOException e) {
      return "the journal cannot be read";
    }
  }

  private void waitForThread() {
    long start = System.nanoTime();
    try {
      while (thread.isAlive() && hasPatience(start)) {
        thread.join(JOIN_MILLIS);
      }
      thread.interrupt();
      thread.join(INTERRUPTED_JOIN_MILLIS);
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  /** A server that fails now and then has the whole time; one that only fails has not. */
  private boolean hasPatience(long startNanos) {
    lock.lock();
    try {
      long now = System.nanoTime();
      boolean inTime = now - startNanos < closeTimeout.toNanos();
      // A server that says when to come again is no silent one until then.
      long silentSince = latest(startNanos, lastSuccessNanos, leaveAloneUntilNanos);
      boolean answers = failures == 0 || now - silentSince < patience.silence().toNanos();
      return inTime && answers;
    } finally {
      lock.unlock();
    }
  }

  private static long latest(long first, long... others) {
    long latest = first;
    for (long other : others) {
      latest = other - latest > 0 ? other : latest;
    }
    return latest;
  }

  @Override
  public void close() {
    var unused = finish();
  }
}
