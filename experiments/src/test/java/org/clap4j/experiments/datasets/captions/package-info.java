/** Tests of the layout. */
@NullMarked
package org.clap4j.experiments.datasets.captions;

import org.jspecify.annotations.NullMarked;
