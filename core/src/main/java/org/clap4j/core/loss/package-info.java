/** The seam of contrastive losses. */
@NullMarked
package org.clap4j.core.loss;

import org.jspecify.annotations.NullMarked;
