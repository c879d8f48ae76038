/** Tests of the example plug-in, most of them inherited from clap4j's testkit. */
@NullMarked
package com.example.clap4j;

import org.jspecify.annotations.NullMarked;
