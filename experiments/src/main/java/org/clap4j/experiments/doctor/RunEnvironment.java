package org.clap4j.experiments.doctor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clap4j.core.io.Subprocess;

/**
 * What a run's numbers depend on beside its configuration, as tags: versions, engine, threads,
 * source commit and whether it was changed.
 */
public final class RunEnvironment {

  private final Subprocess programs;
  private final Map<String, String> environment;

  /**
   * Asks {@code git} through {@code programs}, quietly without an answer where there is no
   * repository.
   */
  public RunEnvironment(Subprocess programs, Map<String, String> environment) {
    this.programs = programs;
    this.environment = Map.copyOf(environment);
  }

  /** The tags of a run that {@code command} started: {@code clap4j train quickstart.yaml}. */
  public Map<String, String> tags(String command) {
    Map<String, String> tags = sourceTags(command);
    Engine engine = Engine.ofProcess();
    tags.put("clap4j.java", System.getProperty("java.vm.name") + " " + Runtime.version());
    tags.put(
        "clap4j.engine",
        "ND4J " + engine.version() + " " + engine.backend() + " " + engine.classifier());
    tags.put("clap4j.kernels", engine.kernels());
    tags.put("clap4j.os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    tags.put("clap4j.processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    tags.put("clap4j.omp_num_threads", environment.getOrDefault("OMP_NUM_THREADS", "unset"));
    return tags;
  }

  /** The part of the tags that says who ran which source, without waking the engine. */
  public Map<String, String> sourceTags(String command) {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("mlflow.user", System.getProperty("user.name", "unknown"));
    tags.put("mlflow.source.name", command);
    tags.put("mlflow.source.type", "LOCAL");
    git(tags);
    tags.put("clap4j.version", LibraryVersion.of("org.clap4j", "clap4j-core"));
    return tags;
  }

  private void git(Map<String, String> tags) {
    programs
        .ask(List.of("git", "rev-parse", "HEAD"))
        .ifPresent(commit -> tags.put("mlflow.source.git.commit", commit));
    programs
        .ask(List.of("git", "rev-parse", "--abbrev-ref", "HEAD"))
        .ifPresent(branch -> tags.put("mlflow.source.git.branch", branch));
    programs
        .ask(List.of("git", "status", "--porcelain", "--untracked-files=no"))
        .ifPresent(changes -> tags.put("clap4j.git.dirty", changes.isEmpty() ? "no" : "yes"));
  }
}
