/**
 * Writes models in the forms of others: a folder that transformers loads ({@link
 * org.clap4j.experiments.export.HuggingFaceExport}), or DL4J graphs ({@link
 * org.clap4j.experiments.export.Dl4jExport}).
 */
@NullMarked
package org.clap4j.experiments.export;

import org.jspecify.annotations.NullMarked;
