/** Tests of the layout. */
@NullMarked
package org.clap4j.experiments.datasets.folder;

import org.jspecify.annotations.NullMarked;
