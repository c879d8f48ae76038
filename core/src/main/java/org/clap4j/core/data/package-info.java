/** Clips, captions, datasets and batches of pairs. */
@NullMarked
package org.clap4j.core.data;

import org.jspecify.annotations.NullMarked;
