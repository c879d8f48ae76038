/**
 * Weights that were trained elsewhere. {@link org.clap4j.encoders.weights.WeightFiles} opens a
 * file, {@link org.clap4j.encoders.weights.PublishedFormat} knows what published models call their
 * arrays, and {@link org.clap4j.encoders.weights.PretrainedWeights} puts them into a model, all or
 * none, and accounts for every one. {@link org.clap4j.encoders.weights.HuggingFaceClapNames} gives
 * our arrays transformers' names.
 */
@NullMarked
package org.clap4j.encoders.weights;

import org.jspecify.annotations.NullMarked;
