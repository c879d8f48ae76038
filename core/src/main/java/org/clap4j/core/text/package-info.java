/** Turns captions into token batches. */
@NullMarked
package org.clap4j.core.text;

import org.jspecify.annotations.NullMarked;
