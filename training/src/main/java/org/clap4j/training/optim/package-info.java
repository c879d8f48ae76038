/**
 * Optimisers over a model's flat parameter vector.
 *
 * <p>{@link org.clap4j.training.optim.ModelOptimizer} knows a model's parameters: it measures and
 * clips the gradient, leaves out what is frozen, decays what may be decayed, moves running
 * statistics, and hands slices of the vector to an {@link org.clap4j.training.optim.Optimizer},
 * which is the rule alone. A rule is added by an {@link org.clap4j.training.optim.OptimizerFactory}
 * bound by name.
 *
 * <p>Which one: {@code adamw} for training from scratch and fine-tuning (decay as Loshchilov and
 * Hutter 2019); {@code adam} to repeat recipes that used it (MS CLAP, LAION-CLAP); {@code sgd} when
 * memory is short. State costs two floats a parameter for Adam, one for SGD with momentum, none
 * without.
 */
@NullMarked
package org.clap4j.training.optim;

import org.jspecify.annotations.NullMarked;
