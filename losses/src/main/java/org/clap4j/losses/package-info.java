/**
 * Contrastive losses, with gradients by hand and in memory that does not grow with the square of
 * the batch.
 *
 * <p>{@link org.clap4j.losses.InfoNce} is the safe choice, above all for small batches; {@link
 * org.clap4j.losses.MultiPositive} is for data in which clips or captions repeat; docs/losses.md
 * compares all. Cost of most: four products of N N D operations (three up to N = 2,048) and four
 * exponentials per logit.
 *
 * <p>A {@link org.clap4j.losses.LogitLoss} says what it gathers from a tile of logits and how a row
 * of them turns into a gradient; {@link org.clap4j.losses.TiledLogits} does the rest.
 *
 * <p>A loss of one's own implements {@link org.clap4j.core.loss.ContrastiveLoss}, or {@link
 * org.clap4j.core.loss.ScaledLoss} if it has a temperature, and passes {@code
 * ContrastiveLossContract} of the test kit.
 */
@NullMarked
package org.clap4j.losses;

import org.jspecify.annotations.NullMarked;
