package org.clap4j.experiments.doctor;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.clap4j.core.io.Subprocess;
import org.clap4j.training.tracking.mlflow.MlflowSettings;

/** Examines everything that training depends on beside code and data. */
public final class Doctor {

  private static final int OLDEST_JAVA = 17;
  private static final double GIB = 1L << 30;
  private static final double LEAST_DISK_GIB = 5;

  private final Subprocess programs;
  private final Map<String, String> environment;
  private final MlflowSettings mlflow;
  private final Path runs;

  /**
   * Examines this process and machine.
   *
   * @param programs asks other programs
   * @param environment the process's environment variables
   * @param mlflow where the tracking server is, if anywhere
   * @param runs where run directories are made; need not exist yet
   */
  public Doctor(
      Subprocess programs, Map<String, String> environment, MlflowSettings mlflow, Path runs) {
    this.programs = programs;
    this.environment = Map.copyOf(environment);
    this.mlflow = mlflow;
    this.runs = runs;
  }

  /** Examines one matter after the other. */
  public List<Finding> examine() {
    Engine engine = Engine.ofProcess();
    return List.of(
        java(),
        backend(engine),
        kernels(engine),
        threads(),
        heap(),
        offHeap(),
        new GpuCheck(programs).finding(),
        new MlflowCheck(mlflow).finding(),
        disk());
  }

  private static Finding java() {
    String found =
        System.getProperty("java.vm.name")
            + " "
            + Runtime.version()
            + " on "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch");
    return Runtime.version().feature() >= OLDEST_JAVA
        ? Finding.ok("java", found)
        : Finding.problem("java", found, "install JDK 17 or newer and point JAVA_HOME at it");
  }

  private static Finding backend(Engine engine) {
    String found =
        "ND4J " + engine.version() + ", " + engine.backend() + ", native " + engine.classifier();
    return !engine.isCpu() || engine.hasOneDnn()
        ? Finding.ok("backend", found)
        : Finding.problem(
            "backend",
            found + ", without oneDNN: convolutions are several times slower",
            "start with ./clap4j, or put nd4j-native with the classifier linux-x86_64-onednn-avx2 on"
                + " the class path");
  }

  private static Finding kernels(Engine engine) {
    if (!engine.isCpu() || engine.kernels().equals("tiled")) {
      return Finding.ok("kernels", engine.kernels() + " for float");
    }
    return Finding.problem(
        "kernels",
        engine.kernels() + " for float: the plain forms, several times slower",
        "leave -Dclap4j.kernels at auto");
  }

  private Finding threads() {
    int processors = Runtime.getRuntime().availableProcessors();
    String setting = environment.get("OMP_NUM_THREADS");
    String found =
        processors + " processors, OMP_NUM_THREADS " + (setting == null ? "unset" : setting);
    if (setting == null) {
      return Finding.problem(
          "threads", found, "start with ./clap4j, which sets it to the number of physical cores");
    }
    boolean sensible = setting.matches("[1-9]\\d{0,3}") && Integer.parseInt(setting) <= processors;
    return sensible
        ? Finding.ok("threads", found)
        : Finding.problem(
            "threads", found, "set OMP_NUM_THREADS to the number of physical cores or less");
  }

  private static Finding heap() {
    return Finding.ok(
        "heap",
        String.format(Locale.ROOT, "at most %.1f GiB", Runtime.getRuntime().maxMemory() / GIB));
  }

  private static Finding offHeap() {
    double physical =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize() / GIB;
    double limit = Pointer.maxPhysicalBytes() / GIB;
    String found =
        String.format(
            Locale.ROOT,
            "the process may take %s of %.1f GiB physical memory",
            limit > 0 ? String.format(Locale.ROOT, "%.1f", limit) : "any amount",
            physical);
    return limit > 0 && limit <= physical
        ? Finding.ok("memory", found)
        : Finding.problem(
            "memory",
            found,
            "start with ./clap4j, or set -Dorg.bytedeco.javacpp.maxphysicalbytes below the machine's"
                + " memory");
  }

  private Finding disk() {
    Path place = runs.toAbsolutePath().normalize();
    while (place.getParent() != null && !Files.exists(place)) {
      place = place.getParent();
    }
    try {
      double free = Files.getFileStore(place).getUsableSpace() / GIB;
      String found = String.format(Locale.ROOT, "%.1f GiB free for %s", free, runs);
      return free >= LEAST_DISK_GIB
          ? Finding.ok("disk", found)
          : Finding.problem(
              "disk", found, "make room: a run keeps several checkpoints of the model");
    } catch (IOException e) {
      return Finding.problem("disk", runs + ": " + e, "make it readable");
    }
  }
}
