package org.clap4j.experiments.config;

import java.util.Map;

/**
 * The environment variables of the process, handed in so that nothing else asks for them.
 *
 * @param variables values by name
 */
public record Environment(Map<String, String> variables) {

  /** Freezes the variables. */
  public Environment {
    variables = Map.copyOf(variables);
  }
}
