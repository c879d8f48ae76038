/** Tests of the samples of the machine. */
@NullMarked
package org.clap4j.training.tracking.system;

import org.jspecify.annotations.NullMarked;
