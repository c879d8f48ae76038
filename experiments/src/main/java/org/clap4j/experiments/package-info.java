/** clap4j experiments. */
@NullMarked
package org.clap4j.experiments;

import org.jspecify.annotations.NullMarked;
