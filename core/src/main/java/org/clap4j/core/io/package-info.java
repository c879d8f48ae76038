/** Files of arrays: safetensors. */
@NullMarked
package org.clap4j.core.io;

import org.jspecify.annotations.NullMarked;
