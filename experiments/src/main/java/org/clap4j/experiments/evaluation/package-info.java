/**
 * Measures models on the pairs of a dataset: retrieval between clips and captions, zero-shot
 * classification where the data has classes.
 *
 * <p>Cost: each clip and each caption passes its tower once, in batches; the embeddings stay in
 * memory, 4 D bytes each.
 */
@NullMarked
package org.clap4j.experiments.evaluation;

import org.jspecify.annotations.NullMarked;
