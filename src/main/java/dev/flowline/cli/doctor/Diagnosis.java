package dev.flowline.cli.doctor;

import dev.flowline.page.Numbers;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The findings of all checks.
 *
 * @param healthy whether inspection on a CPU works
 */
public record Diagnosis(String version, boolean healthy, List<Finding> findings) {
  /** Checks this machine; see {@link #ofThisMachine(String, Integer, List)}. */
  public static Diagnosis ofThisMachine(String version, Integer threads) {
    return ofThisMachine(version, threads, List.of());
  }

  /**
   * Checks this machine and model files. This takes some seconds, because a process of its own
   * loads the natives.
   *
   * @param threads the number of threads to load them with; null for the default
   * @param models model files to check as well
   */
  public static Diagnosis ofThisMachine(String version, Integer threads, List<Path> models) {
    Stream<Check> machine =
        Stream.of(
            JdkCheck.ofThisJvm(),
            PlatformCheck.ofThisMachine(),
            CacheCheck.ofThisProcess(),
            NativesCheck.inAChildJvm(threads),
            SystemLibTorchCheck.ofThisMachine(),
            ThreadsCheck.ofThisProcess(threads),
            CpuCheck.ofThisMachine(),
            CudaCheck.ofThisMachine(),
            WeightsCheck.ofEnvironment());
    return of(version, Stream.concat(machine, models.stream().map(ModelCheck::new)).toList());
  }

  static Diagnosis of(String version, List<Check> checks) {
    Stream<Finding> all = checks.stream().flatMap(check -> check.findings().stream());
    List<Finding> findings = all.toList();
    boolean healthy = findings.stream().noneMatch(f -> f.status() == Status.FAILURE);
    return new Diagnosis(version, healthy, findings);
  }

  /** Returns the verdict in one line. */
  public String summary() {
    int failures = count(Status.FAILURE);
    int warnings = count(Status.WARNING);
    String verdict =
        healthy ? "Inspection on this CPU works" : "Inspection does not work on this machine";
    return "%s: %s, %s."
        .formatted(verdict, Numbers.count(failures, "failure"), Numbers.count(warnings, "warning"));
  }

  private int count(Status status) {
    return (int) findings.stream().filter(f -> f.status() == status).count();
  }
}
