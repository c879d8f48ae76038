/**
 * Brings clips and captions to the trainer and to inference: which pairs make a step, in which
 * order, and how they become log-mel and tokens in the background.
 *
 * <p>{@link org.clap4j.training.loading.BatchSource} is all that a trainer sees. The order is drawn
 * from a seed alone, so that a position (epoch, index) is enough to go on from; what is drawn for a
 * pair depends on the seed, the epoch and the pair, never on the thread that computes it.
 */
@NullMarked
package org.clap4j.training.loading;

import org.jspecify.annotations.NullMarked;
