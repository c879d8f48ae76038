/**
 * Tells Guice which datasets there are, and puts all modules, those of plug-ins included, into one
 * injector.
 */
@NullMarked
package org.clap4j.experiments.inject;

import org.jspecify.annotations.NullMarked;
