/** Tests of the look at the machine. */
@NullMarked
package org.clap4j.experiments.doctor;

import org.jspecify.annotations.NullMarked;
