/** clap4j losses. */
@NullMarked
package org.clap4j.losses;

import org.jspecify.annotations.NullMarked;
