/** Tells Guice which losses there are, by name. */
@NullMarked
package org.clap4j.losses.inject;

import org.jspecify.annotations.NullMarked;
