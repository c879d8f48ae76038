/**
 * What trained embeddings are worth: retrieval both ways, zero-shot classification, multi-label
 * tagging, and cheap diagnostics of a batch. Everything works on embeddings; who made them does not
 * matter.
 *
 * <p>Scores are sorted descending, ties by ascending index, so that equal scores give no credit
 * that is not earned; a score that is not a number ranks last. {@link
 * org.clap4j.training.evaluation.RetrievalEvaluator} holds blocks of the similarity matrix only:
 * its memory grows with the number of clips and captions, not with their product.
 *
 * <p>Source: five-caption retrieval as LAION-CLAP's documentation defines it (Wu et al. 2023, arXiv
 * 2211.06687); average precision as scikit-learn's.
 */
@NullMarked
package org.clap4j.training.evaluation;

import org.jspecify.annotations.NullMarked;
