/**
 * Trains one configuration many times: a grid of settings, seeds, one run after the other.
 *
 * <p>{@link org.clap4j.experiments.sweep.SweepFile} is what the user writes, {@link
 * org.clap4j.experiments.sweep.SweepPlan} the runs that follow from it, every one of them bound
 * before the first starts. {@link org.clap4j.experiments.sweep.SweepDirectory} holds the run
 * directories and the state of each run on disk, so that an interrupted sweep goes on where it
 * stopped. {@link org.clap4j.experiments.sweep.SweepSession} carries it out; {@link
 * org.clap4j.experiments.sweep.SweepSummary} says what came of it.
 *
 * <p>Each run is a process of its own: memory outside of the Java heap is given back whole, and a
 * run that the system kills for its memory does not end the sweep. Cost: about two seconds a run
 * for starting Java.
 */
@NullMarked
package org.clap4j.experiments.sweep;

import org.jspecify.annotations.NullMarked;
