/** Tells Guice which optimisers and schedules there are, by name. */
@NullMarked
package org.clap4j.training.inject;

import org.jspecify.annotations.NullMarked;
