/** Audio encoders: log-mel spectrograms to features. */
@NullMarked
package org.clap4j.encoders.audio;

import org.jspecify.annotations.NullMarked;
