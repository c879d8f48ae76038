/** What a configuration record says of itself: meaning and default of each key. */
@NullMarked
package org.clap4j.core.config;

import org.jspecify.annotations.NullMarked;
