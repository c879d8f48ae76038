/** The seam of experiment tracking. */
@NullMarked
package org.clap4j.core.tracking;

import org.jspecify.annotations.NullMarked;
