/** clap4j training. */
@NullMarked
package org.clap4j.training;

import org.jspecify.annotations.NullMarked;
