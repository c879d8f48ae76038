/**
 * Contract suites and golden-value tools for tests of clap4j and of plug-ins.
 *
 * <p>{@link org.clap4j.testkit.BlockGradientCheck} checks a {@link org.clap4j.core.layers.Block}'s
 * hand-written gradients; {@link org.clap4j.testkit.ArrayBlockContext} runs a block on its own,
 * without a graph, where a test wants to look at its output.
 *
 * <p>{@link org.clap4j.testkit.TextEncoderContract} and {@link
 * org.clap4j.testkit.AudioEncoderContract} are the suites that every encoder's test inherits;
 * {@link org.clap4j.testkit.TowerChain} makes one block of an encoder or a head, to run it on its
 * own.
 */
@NullMarked
package org.clap4j.testkit;

import org.jspecify.annotations.NullMarked;
