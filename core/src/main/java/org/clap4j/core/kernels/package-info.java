/**
 * Array kernels in two forms: tiled Java for speed, plain ND4J for double precision and other
 * backends.
 */
@NullMarked
package org.clap4j.core.kernels;

import org.jspecify.annotations.NullMarked;
