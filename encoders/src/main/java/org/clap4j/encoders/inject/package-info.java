/** Tells Guice which encoders, heads and tokenizers there are, by name. */
@NullMarked
package org.clap4j.encoders.inject;

import org.jspecify.annotations.NullMarked;
