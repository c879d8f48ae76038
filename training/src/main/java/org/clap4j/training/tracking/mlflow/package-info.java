/**
 * Sends runs to an MLflow server while they train, and never lets it get in their way.
 *
 * <p>One thread follows the run's journal, batches what it finds, and remembers in {@code
 * mlflow.json} beside the journal how far the server has confirmed. Since names, values and times
 * are frozen in the journal, sending a part twice changes nothing on the server. Each request is
 * made once, under a deadline; what is to be done again begins behind what the server has
 * confirmed.
 *
 * <p>Works with MLflow 3 servers through {@code org.mlflow:mlflow-client}, whose own HTTP has no
 * deadlines and is replaced; artifacts go over the server's REST proxy, since the client needs a
 * Python installation for them.
 *
 * <p>Cost: nothing on the training thread; a batch of 1,000 metrics takes a server about 0.2 s.
 */
@NullMarked
package org.clap4j.training.tracking.mlflow;

import org.jspecify.annotations.NullMarked;
