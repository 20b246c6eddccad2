package dev.flowline.cli.doctor;

import dev.flowline.internal.Processors;
import java.util.ArrayList;
import java.util.List;

/**
 * The check of processors, {@code --threads}, and the variables that OpenMP and OpenBLAS read when
 * they are loaded.
 *
 * @param given the value of {@code --threads}; null for none
 * @param omp OMP_NUM_THREADS; null if it is unset
 * @param openBlas OPENBLAS_NUM_THREADS; null if it is unset
 */
record ThreadsCheck(int available, int cores, Integer given, String omp, String openBlas)
    implements Check {
  private static final String NAME = "threads";

  static ThreadsCheck ofThisProcess(Integer given) {
    return new ThreadsCheck(
        Processors.available(),
        Processors.cores(),
        given,
        System.getenv("OMP_NUM_THREADS"),
        System.getenv("OPENBLAS_NUM_THREADS"));
  }

  @Override
  public List<Finding> findings() {
    String found =
        "%s processors for this process, %s cores, OMP_NUM_THREADS %s, OPENBLAS_NUM_THREADS %s"
            .formatted(available, cores, orUnset(omp), orUnset(openBlas));
    List<String> why = new ArrayList<>();
    why.addAll(complaints("--threads", given == null ? null : given.toString()));
    why.addAll(complaints("OMP_NUM_THREADS", omp));
    why.addAll(complaints("OPENBLAS_NUM_THREADS", openBlas));
    if (why.isEmpty()) {
      return List.of(Finding.ok(NAME, found));
    }
    return List.of(
        Finding.warning(
            NAME,
            found,
            String.join("; ", why),
            "unset them, or give --threads at most " + available));
  }

  private List<String> complaints(String name, String value) {
    if (value == null || value.isBlank()) {
      return List.of();
    }
    // OpenMP allows a list, one number for each level of nesting.
    String first = value.split(",")[0].strip();
    if (!first.matches("[1-9]\\d{0,5}")) {
      return List.of(name + "=" + value + " is not a number of threads");
    }
    return Integer.parseInt(first) > available
        ? List.of(name + "=" + value + " is more than the processors: threads wait for each other")
        : List.of();
  }

  private static String orUnset(String value) {
    return value == null ? "unset" : value;
  }
}
