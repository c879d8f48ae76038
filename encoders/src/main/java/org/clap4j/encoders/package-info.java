/** clap4j encoders. */
@NullMarked
package org.clap4j.encoders;

import org.jspecify.annotations.NullMarked;
