package dev.flowline.bench;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.flowline.page.Numbers;
import java.util.List;
import java.util.Locale;

/**
 * How busy the machine was beside the measurement, by threads that only count, one for each
 * processor, before the first round and after each one.
 *
 * @param checks how often it was checked
 * @param cpuShare CPU time per wall time of those threads, on average; 1 on a quiet machine
 * @param worstCpuShare of the check that got least
 * @param speedSpread by how much the slowest check counted slower per CPU second than the fastest,
 *     as a share: clocks that change, and neighbours on the same core
 */
public record MachineNoise(int checks, double cpuShare, double worstCpuShare, double speedSpread) {
  /** The CPU share below which a machine is too busy to measure on. */
  public static final double LEAST_CPU_SHARE = 0.95;

  /**
   * One check.
   *
   * @param cpuShare CPU time per wall time
   * @param speed counts per second of CPU time
   */
  record NoiseCheck(double cpuShare, double speed) {}

  /** Returns the noise of checks, at least one. */
  static MachineNoise of(List<NoiseCheck> checks) {
    double slowest = checks.stream().mapToDouble(NoiseCheck::speed).min().orElseThrow();
    double fastest = checks.stream().mapToDouble(NoiseCheck::speed).max().orElseThrow();
    return new MachineNoise(
        checks.size(),
        checks.stream().mapToDouble(NoiseCheck::cpuShare).average().orElseThrow(),
        checks.stream().mapToDouble(NoiseCheck::cpuShare).min().orElseThrow(),
        1 - slowest / fastest);
  }

  /** Returns whether the machine was too busy: other programs took what the rows were to get. */
  @JsonIgnore
  public boolean isTooBusy() {
    return cpuShare < LEAST_CPU_SHARE;
  }

  /** Returns the noise in words. */
  public String inWords() {
    return String.format(
        Locale.ROOT,
        "this process got %.0f %% of its processors on average in %s (%.0f %% in the worst), clocks within %.0f %%",
        100 * cpuShare,
        Numbers.count(checks, "check"),
        100 * worstCpuShare,
        100 * speedSpread);
  }
}
