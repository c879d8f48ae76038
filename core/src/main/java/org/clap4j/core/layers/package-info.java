/**
 * Hand-written differentiable blocks and the adapter that hosts them in a DL4J graph.
 *
 * <p>Small blocks ({@link org.clap4j.core.layers.Linear}, {@link org.clap4j.core.layers.LayerNorm},
 * ...) are put together by plain Java: {@link org.clap4j.core.layers.Named} gives a block inside
 * another its parameters' prefix and its own random stream, {@link
 * org.clap4j.core.layers.Sequential} and {@link org.clap4j.core.layers.TransformerLayer} show how.
 */
@NullMarked
package org.clap4j.core.layers;

import org.jspecify.annotations.NullMarked;
