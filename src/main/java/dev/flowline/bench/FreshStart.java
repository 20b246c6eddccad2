package dev.flowline.bench;

/**
 * A fresh process that inspected images: what start-up and memory cost.
 *
 * @param setting how it inspected; several workers inspected after the first verdicts
 * @param toFirstVerdictMillis from the start of the process to its first verdict: it started Java,
 *     loaded the libraries, opened the model, and read and inspected an image
 * @param firstMillis of the first inspection
 * @param laterMillis median of later inspections of one worker
 * @param peakMib the most resident memory of the process, MiB; 0 if the system does not say it
 */
public record FreshStart(
    BenchSetting setting,
    double toFirstVerdictMillis,
    double firstMillis,
    double laterMillis,
    double peakMib) {
  public FreshStart {
    if (setting == null) {
      throw new IllegalArgumentException("setting is missing");
    }
  }
}
