/** clap4j testkit. */
@NullMarked
package org.clap4j.testkit;

import org.jspecify.annotations.NullMarked;
