/**
 * Weights that were trained elsewhere. {@link org.clap4j.encoders.weights.PretrainedWeights} puts
 * the arrays of a file into a model and accounts for every one; {@link
 * org.clap4j.encoders.weights.HuggingFaceClapNames} knows what they are called there.
 */
@NullMarked
package org.clap4j.encoders.weights;

import org.jspecify.annotations.NullMarked;
