/**
 * Reads an experiment's configuration: YAML files and {@code key=value} overrides become one tree,
 * the tree becomes immutable records.
 *
 * <p>Four steps, one class each: {@link org.clap4j.experiments.config.YamlReader} (text to tree,
 * every value knowing its file and line), {@link org.clap4j.experiments.config.ConfigLoader}
 * ({@code extends}, file, overrides, merged), {@link org.clap4j.experiments.config.ConfigBinder}
 * (tree to records, strictly), {@link org.clap4j.experiments.config.ConfigWriter} (records back to
 * YAML, to flat parameters and to a hash).
 *
 * <p>What a key means and what it is by default stands in the {@link org.clap4j.core.config.Key} of
 * its record component, so that a plug-in's options are documented and checked like our own.
 */
@NullMarked
package org.clap4j.experiments.config;

import org.jspecify.annotations.NullMarked;
