/**
 * The seam for weights that were trained elsewhere: what files of published models call their
 * arrays.
 *
 * <p>A {@link org.clap4j.core.weights.WeightFormat} knows one family of files. It is chosen by the
 * names of a file's arrays, says for each of them which parameters it fills, and which arrays may
 * be left over. A plug-in binds its own by name in a {@code MapBinder<String, WeightFormat>}.
 */
@NullMarked
package org.clap4j.core.weights;

import org.jspecify.annotations.NullMarked;
