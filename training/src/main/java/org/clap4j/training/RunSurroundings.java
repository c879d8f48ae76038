package org.clap4j.training;

import org.clap4j.core.tracking.RunTracker;
import org.clap4j.training.checkpoint.CheckpointStore;

/**
 * What surrounds a run: who measures it, keeps it, hears of it and may stop it.
 *
 * @param evaluation measures the model now and then
 * @param checkpoints keeps its checkpoints
 * @param tracker takes its metrics; ended and closed by whoever has opened it
 * @param listener follows it
 * @param stop asks it to end early
 */
public record RunSurroundings(
    Evaluation evaluation,
    CheckpointStore checkpoints,
    RunTracker tracker,
    TrainingListener listener,
    StopSignal stop) {}
