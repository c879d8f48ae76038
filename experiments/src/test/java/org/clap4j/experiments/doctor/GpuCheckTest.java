package org.clap4j.experiments.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class GpuCheckTest {

  private static GpuCheck check(boolean cudaBackend, String answer) {
    return new GpuCheck(
        command -> answer.isEmpty() ? Optional.empty() : Optional.of(answer), cudaBackend);
  }

  @Test
  void cpuBackendNeverWarns() {
    assertEquals(Optional.empty(), check(false, "").warning());
    assertEquals(Optional.empty(), check(false, "NVIDIA H100, 9.0, 81559 MiB").warning());
  }

  @Test
  void supportedGpuIsNoWarning() {
    assertEquals(Optional.empty(), check(true, "NVIDIA A100, 8.0, 40960 MiB").warning());
    assertEquals(
        "OK    gpu: NVIDIA A100, compute capability 8.0, 40960 MiB, is supported by ND4J",
        check(true, "NVIDIA A100, 8.0, 40960 MiB").finding().line());
  }

  @Test
  void adaShouldRunTheCodeForAmpere() {
    assertEquals(
        "OK    gpu: NVIDIA L4, compute capability 8.9, 23034 MiB, should run ND4J's code for 8.6",
        check(true, "NVIDIA L4, 8.9, 23034 MiB").finding().line());
  }

  @Test
  void hopperIsWarnedAboutBeforeItFails() {
    assertEquals(
        Optional.of(
            "GPU: NVIDIA H100, compute capability 9.0, 81559 MiB, is not supported by ND4J's CUDA"
                + " 11.6 build (3.7 to 8.9); build without -Pcuda to run on the CPU"),
        check(true, "NVIDIA H100, 9.0, 81559 MiB\nNVIDIA H100, 9.0, 81559 MiB").warning());
  }

  @Test
  void missingGpuIsWarnedAbout() {
    assertEquals(
        Optional.of(
            "GPU: the CUDA backend is in use, but nvidia-smi finds no GPU; build without -Pcuda to"
                + " run on the CPU"),
        check(true, "").warning());
  }

  @Test
  void driverThatDoesNotTellIsReported() {
    assertEquals(
        "DO    gpu: nvidia-smi answered 'Tesla T4, [N/A], 15360 MiB' -> update the NVIDIA driver so"
            + " that it knows compute_cap",
        check(true, "Tesla T4, [N/A], 15360 MiB").finding().line());
  }
}
