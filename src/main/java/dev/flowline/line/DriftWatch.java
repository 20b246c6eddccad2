package dev.flowline.line;

import dev.flowline.calibration.Calibration;
import dev.flowline.drift.Drift;
import dev.flowline.drift.DriftMonitor;
import java.util.List;
import java.util.Optional;

/**
 * Watches one line for drift: whether parts that are judged good are still what they were when the
 * threshold was calibrated. It changes no verdict. There is one a line, however many workers
 * inspect; any number of threads may hand their inspections in.
 */
public final class DriftWatch {
  private final DriftMonitor monitor;

  private DriftWatch(DriftMonitor monitor) {
    this.monitor = monitor;
  }

  /**
   * Returns a watch that compares with the calibration of the inspector's threshold; empty if it is
   * not known what good parts were like then: if the test was not calibrated, with too few images,
   * or by an older Flowline.
   *
   * @param averageRunLength parts per false alarm of drift, on average at least
   */
  public static Optional<DriftWatch> of(Inspector inspector, double averageRunLength) {
    List<String> names = inspector.latentStatisticNames();
    Calibration calibration = inspector.calibration();
    List<List<Double>> reference =
        calibration == null ? List.of() : calibration.goodPartStatistics(names.size());
    return reference.size() < 2
        ? Optional.empty()
        : Optional.of(new DriftWatch(new DriftMonitor(names, reference, averageRunLength)));
  }

  /**
   * Takes an inspection that was {@linkplain InspectionRequest#withLatentStatistics asked for
   * latent statistics}. A part that was judged defective is left out, and so is one of which only a
   * field of view was looked at: those of the calibration were judged as a whole.
   *
   * @throws IllegalArgumentException if it holds no latent statistics
   */
  public Drift add(DetailedInspection part) {
    List<Double> statistics =
        part.latentStatistics()
            .orElseThrow(
                () -> new IllegalArgumentException("the inspection holds no latent statistics"));
    return part.view().isWhole() && part.inspection().verdict() == Verdict.GOOD
        ? monitor.add(statistics)
        : monitor.state();
  }

  /** The state of the watch; once drift is detected, what it was then. */
  public Drift state() {
    return monitor.state();
  }
}
