/** Tests of the layout. */
@NullMarked
package org.clap4j.experiments.datasets.esc50;

import org.jspecify.annotations.NullMarked;
