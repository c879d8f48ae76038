/**
 * The text encoders of the published models: BERT, RoBERTa and GPT-2, computed as transformers
 * computes them.
 *
 * <p>To be chosen when pretrained weights are at hand, which know more words than any audio-text
 * data has; from scratch they need far more data than {@link org.clap4j.encoders.text.transformer}.
 * BERT and RoBERTa see both sides of a word, GPT-2 what is before it alone. Cost at base size and
 * 32 tokens: about 5.5 GFLOP a caption forward, three times that in training.
 *
 * <p>Sources: Devlin et al. 2018 (arXiv 1810.04805), Liu et al. 2019 (arXiv 1907.11692), Radford et
 * al. 2019 (Language Models are Unsupervised Multitask Learners).
 */
@NullMarked
package org.clap4j.encoders.text.pretrained;

import org.jspecify.annotations.NullMarked;
