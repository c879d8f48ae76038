/** Reads audio files and turns them into log-mel spectrograms. */
@NullMarked
package org.clap4j.core.audio;

import org.jspecify.annotations.NullMarked;
