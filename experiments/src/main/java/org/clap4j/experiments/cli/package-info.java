/**
 * The command line: one class per command, picocli underneath.
 *
 * <p>Results go to standard output, all else to standard error. Exit status: 0 done, 1 failed, 2
 * wrong usage or configuration, 130 interrupted. Hyper-parameters are no flags: they are
 * configuration keys, given as {@code key=value} after the configuration file.
 */
@NullMarked
package org.clap4j.experiments.cli;

import org.jspecify.annotations.NullMarked;
