/** Tests of the journal and of what follows it. */
@NullMarked
package org.clap4j.training.tracking.mlflow;

import org.jspecify.annotations.NullMarked;
