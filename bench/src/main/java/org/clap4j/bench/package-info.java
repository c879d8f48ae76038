/** clap4j bench. */
@NullMarked
package org.clap4j.bench;

import org.jspecify.annotations.NullMarked;
