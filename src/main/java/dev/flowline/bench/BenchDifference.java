package dev.flowline.bench;

/**
 * The difference of one measure between two measurements.
 *
 * @param setting of the row
 * @param measure a stage, {@code total p99}, or {@code images per second}
 * @param first geometric mean of the first measurement, milliseconds or images per second
 * @param second that of the second one
 * @param interval of the second relative to the first
 * @param real whether the interval does not hold 1, and the machine was quiet enough to say so
 */
public record BenchDifference(
    BenchSetting setting,
    String measure,
    double first,
    double second,
    RatioInterval interval,
    boolean real) {}
