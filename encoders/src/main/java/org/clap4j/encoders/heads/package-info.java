/**
 * Projection heads: what turns the features of a tower into its embedding, before normalisation.
 *
 * <table>
 * <caption>Which head</caption>
 * <tr><th>name</th><th>what it is</th><th>when</th></tr>
 * <tr><td>{@code linear}</td><td>one linear map, the formulation of Elizalde et al. 2022 (arXiv
 * 2206.04769)</td><td>the default: least to overfit, for small data</td></tr>
 * <tr><td>{@code ms-clap}</td><td>linear, then a residual GELU layer with dropout and layer norm,
 * as MS CLAP's code has it</td><td>frozen or pretrained towers, MS CLAP's weights</td></tr>
 * <tr><td>{@code laion}</td><td>linear, ReLU, linear (Wu et al. 2023, arXiv 2211.06687)</td><td>LAION's
 * and Hugging Face's weights</td></tr>
 * </table>
 *
 * <p>All cost next to nothing beside the towers.
 */
@NullMarked
package org.clap4j.encoders.heads;

import org.jspecify.annotations.NullMarked;
