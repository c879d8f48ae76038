/**
 * Reads ESC-50's layout: labelled clips in folds, a CSV of labels. Choose it for classification
 * data that is trained with captions from templates and tested zero-shot by class name.
 *
 * <p>Source: K. J. Piczak, "ESC: Dataset for Environmental Sound Classification", ACM MM 2015.
 */
@NullMarked
package org.clap4j.experiments.datasets.esc50;

import org.jspecify.annotations.NullMarked;
