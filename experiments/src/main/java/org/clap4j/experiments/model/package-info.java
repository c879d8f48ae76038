/**
 * Puts models together: from a configuration and a dataset, or from a checkpoint.
 *
 * <p>{@link org.clap4j.experiments.model.Components} makes what sections have chosen, {@link
 * org.clap4j.experiments.model.ModelAssembly} makes a model of it, {@link
 * org.clap4j.experiments.model.SavedModels} finds and loads trained ones.
 */
@NullMarked
package org.clap4j.experiments.model;

import org.jspecify.annotations.NullMarked;
