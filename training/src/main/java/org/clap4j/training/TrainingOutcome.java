package org.clap4j.training;

import java.util.Map;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.training.checkpoint.TrainingProgress;

/**
 * How training ended when it did not fail.
 *
 * @param status FINISHED, or KILLED when it was asked to stop; in both cases a checkpoint is
 *     written
 * @param progress how far it came
 * @param lastEvaluation metrics of the last evaluation since training began or went on; empty where
 *     there was none
 */
public record TrainingOutcome(
    RunTracker.Status status, TrainingProgress progress, Map<String, Double> lastEvaluation) {}
