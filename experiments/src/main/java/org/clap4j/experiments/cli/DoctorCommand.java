package org.clap4j.experiments.cli;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import org.clap4j.core.io.Subprocess;
import org.clap4j.experiments.config.Environment;
import org.clap4j.experiments.doctor.Doctor;
import org.clap4j.experiments.doctor.Finding;
import org.clap4j.training.tracking.mlflow.MlflowSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Examines the machine. */
@Command(
    name = "doctor",
    description = "Says what is well with this machine, and what to do about what is not.")
public final class DoctorCommand implements Runnable {

  private final Environment environment;
  private final MlflowSettings mlflow;

  @Mixin private JsonOption json = new JsonOption();

  @Inject
  DoctorCommand(Environment environment, MlflowSettings mlflow) {
    this.environment = environment;
    this.mlflow = mlflow;
  }

  @Override
  public void run() {
    List<Finding> findings =
        new Doctor(Subprocess.real(), environment.variables(), mlflow, Path.of("runs")).examine();
    json.print(findings, output -> findings.forEach(finding -> output.line(finding.line())));
  }
}
