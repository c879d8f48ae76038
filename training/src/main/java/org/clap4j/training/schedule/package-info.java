/**
 * Learning rates over the steps of a run.
 *
 * <p>Which one: {@code warmup-cosine} when the length of the run is known (open_clip, LAION-CLAP);
 * {@code constant-cooldown} to be able to prolong a run; {@code inverse-sqrt} for runs without a
 * planned end; {@code plateau} to repeat MS CLAP, which lowers the rate when a metric stalls;
 * {@code constant} for tests and fine-tuning. A schedule is added by a {@link
 * org.clap4j.training.schedule.ScheduleFactory} bound by name.
 */
@NullMarked
package org.clap4j.training.schedule;

import org.jspecify.annotations.NullMarked;
