/** Seeds that are split, never shared. */
@NullMarked
package org.clap4j.core.random;

import org.jspecify.annotations.NullMarked;
