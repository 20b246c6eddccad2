package dev.flowline.cli.doctor;

import java.util.List;
import java.util.stream.Stream;

/**
 * Everything that the checks found.
 *
 * @param healthy whether inspection on a CPU works
 */
public record Diagnosis(String version, boolean healthy, List<Finding> findings) {
  /**
   * Examines this machine; takes some seconds, since the natives are loaded in a process of their
   * own.
   *
   * @param threads the number of threads to load them with; null for the default
   */
  public static Diagnosis ofThisMachine(String version, Integer threads) {
    return of(
        version,
        List.of(
            JdkCheck.ofThisJvm(),
            PlatformCheck.ofThisMachine(),
            CacheCheck.ofJavaCpp(),
            NativesCheck.inAChildJvm(threads),
            SystemLibTorchCheck.ofThisMachine(),
            ThreadsCheck.ofThisProcess(threads),
            CpuCheck.ofThisMachine(),
            CudaCheck.ofThisMachine(),
            WeightsCheck.ofEnvironment()));
  }

  static Diagnosis of(String version, List<Check> checks) {
    Stream<Finding> all = checks.stream().flatMap(check -> check.findings().stream());
    List<Finding> findings = all.toList();
    boolean healthy = findings.stream().noneMatch(f -> f.status() == Status.FAILURE);
    return new Diagnosis(version, healthy, findings);
  }

  /** One line for a person. */
  public String summary() {
    long failures = count(Status.FAILURE);
    long warnings = count(Status.WARNING);
    String verdict =
        healthy ? "Inspection on this CPU works" : "Inspection does not work on this machine";
    return verdict + ": " + failures + " failures, " + warnings + " warnings.";
  }

  private long count(Status status) {
    return findings.stream().filter(f -> f.status() == status).count();
  }
}
