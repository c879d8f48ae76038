/** Tests of the report page. */
@NullMarked
package org.clap4j.experiments.report;

import org.jspecify.annotations.NullMarked;
