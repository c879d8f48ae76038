/**
 * Carries an experiment out: a run directory, a model, data, the trainer, a tracker, and in the end
 * a report.
 */
@NullMarked
package org.clap4j.experiments.run;

import org.jspecify.annotations.NullMarked;
