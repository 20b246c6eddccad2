package dev.flowline.line;

import dev.flowline.calibration.CalibratedGuardBand;
import dev.flowline.calibration.Calibration;
import dev.flowline.drift.Drift;
import dev.flowline.drift.DriftMonitor;
import dev.flowline.segmentation.GuardBand;
import java.util.List;
import java.util.Optional;

/**
 * A drift watch of one line: it reports whether parts that are judged good are still what they were
 * when the threshold was calibrated. It changes no verdict. A line has one watch, however many
 * threads inspect; any number of threads may add inspections.
 */
public final class DriftWatch {
  private final DriftMonitor monitor;

  private DriftWatch(DriftMonitor monitor) {
    this.monitor = monitor;
  }

  /**
   * Returns a watch that compares with the calibration of the inspector's threshold; empty if the
   * model has no statistics of at least two calibration images: if the test was not calibrated, or
   * with too few images, or by an older Flowline.
   *
   * @param averageRunLength there are at least so many parts per false alarm of drift on average;
   *     above 1
   */
  public static Optional<DriftWatch> of(Inspector inspector, double averageRunLength) {
    List<String> names = inspector.latentStatisticNames();
    Calibration calibration = inspector.calibration();
    GuardBand band = inspector.guardBand().map(CalibratedGuardBand::band).orElse(GuardBand.NONE);
    List<List<Double>> reference =
        calibration == null ? List.of() : calibration.goodPartStatistics(names.size(), band);
    return reference.size() < 2
        ? Optional.empty()
        : Optional.of(new DriftWatch(new DriftMonitor(names, reference, averageRunLength)));
  }

  /**
   * Adds an inspection {@linkplain InspectionRequest#withLatentStatistics with latent statistics},
   * and returns the new state. It leaves out parts that were not judged GOOD, and parts that were
   * looked at through another field of view than the images of the calibration.
   *
   * @throws IllegalArgumentException if the inspection has no latent statistics
   */
  public Drift add(DetailedInspection part) {
    List<Double> statistics =
        part.latentStatistics()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the inspection must have latent statistics: request them with"
                            + " InspectionRequest.withLatentStatistics()"));
    InspectedView view = part.inspection().fieldOfView();
    boolean asCalibrated = view == null || view.ofModel();
    return asCalibrated && part.inspection().verdict() == Verdict.GOOD
        ? monitor.add(statistics)
        : monitor.state();
  }

  /** Returns the state of the watch; once drift is detected, the state of that moment. */
  public Drift state() {
    return monitor.state();
  }
}
