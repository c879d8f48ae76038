/**
 * The seam of contrastive losses, and the logit scale that they share.
 *
 * <p>A loss with a temperature is a {@link org.clap4j.core.loss.ScaledLoss}, which is given the
 * logit scale, and a {@link org.clap4j.core.loss.LogitScale}, which says what that is; {@link
 * org.clap4j.core.loss.TemperedLoss} makes a {@link org.clap4j.core.loss.ContrastiveLoss} of both.
 *
 * <p>A loss sees all N pairs of a step at once and gives its gradients with respect to the
 * embeddings; how the towers were run, in one pass or in chunks, is not its concern.
 */
@NullMarked
package org.clap4j.core.loss;

import org.jspecify.annotations.NullMarked;
