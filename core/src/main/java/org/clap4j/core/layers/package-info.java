/** Hand-written differentiable blocks and the adapter that hosts them in a DL4J graph. */
@NullMarked
package org.clap4j.core.layers;

import org.jspecify.annotations.NullMarked;
