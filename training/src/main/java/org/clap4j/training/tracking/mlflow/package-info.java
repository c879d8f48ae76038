/**
 * Sends runs to an MLflow server while they train, and never lets it get in their way.
 *
 * <p>One thread follows the run's journal, batches what it finds, and remembers in {@code
 * mlflow.json} beside the journal how far the server has confirmed. Since names, values and times
 * are frozen in the journal, sending a part twice changes nothing on the server. Each call runs
 * under a deadline on a thread of its own, because the Java client has none (and stops for ever at
 * a third 429); a client that misses it is dropped with its connections.
 *
 * <p>Works with MLflow 3 servers through {@code org.mlflow:mlflow-client}; artifacts go over the
 * server's REST proxy, since the client needs a Python installation for them.
 *
 * <p>Cost: nothing on the training thread; a batch of 1,000 metrics takes a server about 0.2 s.
 */
@NullMarked
package org.clap4j.training.tracking.mlflow;

import org.jspecify.annotations.NullMarked;
