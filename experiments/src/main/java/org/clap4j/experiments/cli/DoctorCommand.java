package org.clap4j.experiments.cli;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import org.clap4j.experiments.config.Environment;
import org.clap4j.experiments.doctor.Doctor;
import org.clap4j.experiments.doctor.Finding;
import org.clap4j.experiments.doctor.Subprocess;
import org.clap4j.training.tracking.mlflow.MlflowSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Examines the machine. */
@Command(
    name = "doctor",
    description = "Says what is well with this machine, and what to do about what is not.")
public final class DoctorCommand implements Runnable {

  private final Environment environment;
  private final MlflowSettings mlflow;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--json", description = "Print an array of objects.")
  private boolean json;

  @Inject
  DoctorCommand(Environment environment, MlflowSettings mlflow) {
    this.environment = environment;
    this.mlflow = mlflow;
  }

  @Override
  public void run() {
    List<Finding> findings =
        new Doctor(Subprocess.real(), environment.variables(), mlflow, Path.of("runs")).examine();
    Output output = Output.of(spec);
    if (json) {
      output.json(findings);
    } else {
      findings.forEach(finding -> output.line(finding.line()));
    }
  }
}
