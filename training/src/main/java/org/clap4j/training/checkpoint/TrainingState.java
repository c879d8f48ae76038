package org.clap4j.training.checkpoint;

/**
 * What {@code state.json} holds.
 *
 * @param run what stays the same over the run
 * @param progress how far it has come
 */
public record TrainingState(RunIdentity run, TrainingProgress progress) {}
