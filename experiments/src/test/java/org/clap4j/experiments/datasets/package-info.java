/** Tests of the dataset layouts. */
@NullMarked
package org.clap4j.experiments.datasets;

import org.jspecify.annotations.NullMarked;
