/** Encoders in graphs that DL4J runs, trains, writes and reads by itself. */
@NullMarked
package org.clap4j.encoders.dl4j;

import org.jspecify.annotations.NullMarked;
