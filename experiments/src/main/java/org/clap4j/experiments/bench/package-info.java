/**
 * The workloads that {@code clap4j bench} times. Each makes its inputs once, from a fixed seed, and
 * then does the same work again and again.
 */
@NullMarked
package org.clap4j.experiments.bench;

import org.jspecify.annotations.NullMarked;
