/**
 * The trainer. {@link org.clap4j.training.ContrastiveTrainer} is the only training loop: load,
 * embed, loss, backward, clip, update, log. A step's gradient is computed in two pure phases around
 * a small exchange ({@link org.clap4j.training.ContrastiveGradient}), so that batches larger than
 * memory give the same gradient as whole ones.
 */
@NullMarked
package org.clap4j.training;

import org.jspecify.annotations.NullMarked;
