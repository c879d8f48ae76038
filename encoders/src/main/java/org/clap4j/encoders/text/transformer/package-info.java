/**
 * A text transformer to be trained from scratch, of any size: for domains and languages without a
 * pretrained encoder, and for small data, where two layers of width 128 train in minutes.
 *
 * <p>Cost: a forward and backward pass of B captions of L tokens takes about {@code layers · B · L
 * · (8 · width² + 4 · width · feed-forward) · 3} floating-point operations; with the defaults that
 * is small beside any audio tower. After Vaswani et al. 2017 (arXiv 1706.03762); norms before the
 * branches after Xiong et al. 2020 (arXiv 2002.04745).
 */
@NullMarked
package org.clap4j.encoders.text.transformer;

import org.jspecify.annotations.NullMarked;
