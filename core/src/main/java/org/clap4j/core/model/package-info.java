/** The two towers: encoders, projection heads and the model that trains them together. */
@NullMarked
package org.clap4j.core.model;

import org.jspecify.annotations.NullMarked;
