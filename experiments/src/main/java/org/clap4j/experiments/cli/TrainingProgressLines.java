package org.clap4j.experiments.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.clap4j.training.StepReport;
import org.clap4j.training.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how training goes: a bar with loss, speed and remaining time on a terminal, a line every
 * ten seconds elsewhere. The lines go to the run's log in any case.
 */
final class TrainingProgressLines implements TrainingListener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingProgressLines.class);
  private static final long LINE_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int BAR_UPDATE_MILLIS = 500;
  private static final double SMOOTHING = 0.9;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final Output output;
  private final boolean terminal;
  private final LongSupplier nanoTime;

  private @Nullable ProgressBar bar;
  private long totalSteps;
  private long firstStep;
  private long startNanos;
  private long lastLineNanos;
  private double clipsPerSecond = Double.NaN;

  /**
   * Prepares.
   *
   * @param output where lines go
   * @param terminal whether that is a terminal
   * @param nanoTime the clock
   */
  TrainingProgressLines(Output output, boolean terminal, LongSupplier nanoTime) {
    this.output = output;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
  }

  @Override
  public void started(long finishedSteps, long total, int stepsPerEpoch) {
    totalSteps = total;
    firstStep = finishedSteps;
    startNanos = nanoTime.getAsLong();
    lastLineNanos = startNanos;
    say(
        "training %s %d steps, %d per epoch"
            .formatted(
                finishedSteps == 0 ? "for" : "from step " + finishedSteps + " to",
                total,
                stepsPerEpoch));
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("train")
              .setInitialMax(total)
              .startsFrom(finishedSteps, Duration.ZERO)
              .setUpdateIntervalMillis(BAR_UPDATE_MILLIS)
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .build();
    }
  }

  @Override
  public void stepped(StepReport report) {
    clipsPerSecond =
        Double.isNaN(clipsPerSecond)
            ? report.clipsPerSecond()
            : SMOOTHING * clipsPerSecond + (1 - SMOOTHING) * report.clipsPerSecond();
    if (bar != null) {
      bar.stepTo(report.step());
      bar.setExtraMessage(
          String.format(Locale.ROOT, "loss %.4f  %.1f clips/s", report.loss(), clipsPerSecond));
    }
    long now = nanoTime.getAsLong();
    if (now - lastLineNanos >= LINE_NANOS || report.step() == totalSteps) {
      lastLineNanos = now;
      String line = line(report, now);
      LOG.info(line);
      if (!terminal) {
        output.note(line);
      }
    }
  }

  private String line(StepReport report, long now) {
    long done = report.step() - firstStep;
    double seconds = (now - startNanos) * 1e-9;
    long remaining = Math.round(seconds / done * (totalSteps - report.step()));
    return String.format(
        Locale.ROOT,
        "step %d/%d  epoch %d  loss %.4f  lr %.2e  %.1f clips/s  %s left",
        report.step(),
        totalSteps,
        report.epoch() + 1,
        report.loss(),
        report.learningRate(),
        clipsPerSecond,
        duration(remaining));
  }

  private static String duration(long seconds) {
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  @Override
  public void warned(long step, String message) {
    say("warning at step " + step + ": " + message);
  }

  @Override
  public void evaluated(long step, Map<String, Double> metrics) {
    say("step " + step + "  " + MetricLines.brief(metrics));
  }

  @Override
  public void checkpointed(long step, Path directory) {
    LOG.info("checkpoint {}", directory);
  }

  private void say(String line) {
    LOG.info(line);
    output.note(bar == null ? line : CLEAR_LINE + line);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
