/**
 * MLflow servers for tests: {@link org.clap4j.testkit.mlflow.MlflowServer} starts a real one,
 * {@link org.clap4j.testkit.mlflow.FaultyServer} is one in memory that misbehaves as it is told,
 * over TLS with a {@link org.clap4j.testkit.mlflow.TestCertificate} too.
 *
 * <p>Choose the real one to see what MLflow makes of a request (15 seconds to start), the other for
 * what a client makes of a server's faults (milliseconds).
 */
@NullMarked
package org.clap4j.testkit.mlflow;

import org.jspecify.annotations.NullMarked;
