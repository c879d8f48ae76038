package org.clap4j.experiments.doctor;

import java.util.List;
import java.util.Optional;
import org.clap4j.core.io.Subprocess;

/**
 * Tells whether the GPU can run ND4J's CUDA backend. Its binaries hold code for compute capability
 * 3.7 to 8.6 and none that a newer driver could translate: Ada (8.9) runs the code of 8.6, Hopper
 * and Blackwell (9.0 and over) have "no kernel image".
 */
public final class GpuCheck {

  private static final String CUDA_BACKEND = "/org/nd4j/linalg/jcublas/JCublasBackend.class";
  private static final List<String> QUERY =
      List.of("nvidia-smi", "--query-gpu=name,compute_cap,memory.total", "--format=csv,noheader");
  private static final double LOWEST = 3.7;
  private static final double COMPILED_UP_TO = 8.6;
  private static final double FIRST_UNSUPPORTED = 9.0;
  private static final String USE_CPU = "build without -Pcuda to run on the CPU";

  private final Subprocess programs;
  private final boolean cudaBackend;

  /** Checks this machine and class path. */
  public GpuCheck(Subprocess programs) {
    this(programs, GpuCheck.class.getResource(CUDA_BACKEND) != null);
  }

  GpuCheck(Subprocess programs, boolean cudaBackend) {
    this.programs = programs;
    this.cudaBackend = cudaBackend;
  }

  /**
   * The line that every command says first when the CUDA backend is on the class path but there is
   * no GPU that it can run on; empty on the CPU backend, where nobody is even asked.
   */
  public Optional<String> warning() {
    if (!cudaBackend) {
      return Optional.empty();
    }
    Finding finding = finding();
    return finding.ok()
        ? Optional.empty()
        : Optional.of("GPU: " + finding.found() + "; " + finding.advice());
  }

  /** What there is, and whether ND4J can use it. */
  public Finding finding() {
    Optional<String> answer = programs.ask(QUERY).filter(text -> !text.isBlank());
    if (answer.isEmpty()) {
      return cudaBackend
          ? Finding.problem(
              "gpu", "the CUDA backend is in use, but nvidia-smi finds no GPU", USE_CPU)
          : Finding.ok("gpu", "none found; the CPU backend is in use");
    }
    return ofAnswer(answer.get().lines().findFirst().orElse(""));
  }

  private Finding ofAnswer(String line) {
    String[] fields = line.split("\\s*,\\s*", -1);
    double capability;
    try {
      capability = Double.parseDouble(fields.length > 1 ? fields[1] : "");
    } catch (NumberFormatException e) {
      return Finding.problem(
          "gpu",
          "nvidia-smi answered '" + line + "'",
          "update the NVIDIA driver so that it knows compute_cap");
    }
    String gpu = fields[0] + ", compute capability " + fields[1];
    String described = fields.length > 2 ? gpu + ", " + fields[2] : gpu;
    if (capability >= FIRST_UNSUPPORTED || capability < LOWEST) {
      String found = described + ", is not supported by ND4J's CUDA 11.6 build (3.7 to 8.9)";
      return cudaBackend
          ? Finding.problem("gpu", found, USE_CPU)
          : Finding.ok("gpu", found + "; the CPU backend is in use");
    }
    String support =
        capability > COMPILED_UP_TO ? ", should run ND4J's code for 8.6" : ", is supported by ND4J";
    return Finding.ok(
        "gpu", described + support + (cudaBackend ? "" : "; build with -Pcuda to use it"));
  }
}
