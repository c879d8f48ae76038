package org.clap4j.experiments;

import org.clap4j.core.config.Key;
import org.clap4j.core.model.PairDatasetFactory;
import org.clap4j.core.model.Selected;

/** The data section alone, as {@code eval} takes it. */
public record DataSection(@Key("clips and captions") Selected<PairDatasetFactory<?>> data) {}
