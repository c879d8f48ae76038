/** Tests of the soundscape generator. */
@NullMarked
package org.clap4j.experiments.datasets.synthetic;

import org.jspecify.annotations.NullMarked;
