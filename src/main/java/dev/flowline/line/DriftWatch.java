package dev.flowline.line;

import dev.flowline.calibration.CalibratedGuardBand;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.InputStatistics;
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
  private final Drift.Watched watched;
  private final int statistics;
  private final DriftMonitor monitor;

  private DriftWatch(
      Drift.Watched watched,
      List<String> names,
      List<List<Double>> reference,
      double averageRunLength) {
    this.watched = watched;
    statistics = names.size();
    monitor = new DriftMonitor(names, reference, averageRunLength);
  }

  /**
   * Returns a watch that compares with the calibration of the inspector's threshold: the latents,
   * or the inputs alone if the model has no latents of calibration images that are its own, as if
   * it is cross-fitted. Returns empty if the model has no statistics of at least two calibration
   * images: if the test was not calibrated, or with too few images, or by an older Flowline.
   *
   * @param averageRunLength there are at least so many parts per false alarm of drift on average;
   *     above 1
   */
  public static Optional<DriftWatch> of(Inspector inspector, double averageRunLength) {
    Calibration calibration = inspector.calibration();
    if (calibration == null) {
      return Optional.empty();
    }
    List<String> names = inspector.latentStatisticNames();
    GuardBand band = inspector.guardBand().map(CalibratedGuardBand::band).orElse(GuardBand.NONE);
    List<List<Double>> latents = calibration.goodPartStatistics(names.size(), band);
    if (latents.size() >= 2) {
      return Optional.of(new DriftWatch(Drift.Watched.LATENTS, names, latents, averageRunLength));
    }
    return ofInputs(calibration.goodPartInputs(band), averageRunLength);
  }

  private static Optional<DriftWatch> ofInputs(
      List<InputStatistics> inputs, double averageRunLength) {
    if (inputs.size() < 2) {
      return Optional.empty();
    }
    List<String> names = inputs.get(0).names();
    List<List<Double>> reference = inputs.stream().map(InputStatistics::values).toList();
    return Optional.of(new DriftWatch(Drift.Watched.INPUT, names, reference, averageRunLength));
  }

  /**
   * Adds an inspection, {@linkplain InspectionRequest#withLatentStatistics with latent statistics}
   * if they are watched, and returns the new state. It leaves out parts that were not judged GOOD,
   * and parts that were looked at through another field of view than the images of the calibration.
   *
   * @throws IllegalArgumentException if the inspection has no statistics of what is watched
   */
  public Drift add(DetailedInspection part) {
    List<Double> values = watched == Drift.Watched.LATENTS ? latentsOf(part) : inputOf(part);
    InspectedView view = part.inspection().fieldOfView();
    boolean asCalibrated = view == null || view.ofModel();
    return asCalibrated && part.inspection().verdict() == Verdict.GOOD
        ? monitor.add(values).of(watched)
        : state();
  }

  private static List<Double> latentsOf(DetailedInspection part) {
    return part.latentStatistics()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the inspection must have latent statistics: request them with"
                        + " InspectionRequest.withLatentStatistics()"));
  }

  /** Returns the values that the calibration images have too: older files lack the last ones. */
  private List<Double> inputOf(DetailedInspection part) {
    List<Double> values =
        part.input()
            .map(InputStatistics::values)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the inspection must have statistics of the model's input"));
    return values.subList(0, Math.min(statistics, values.size()));
  }

  /** Returns the state of the watch; once drift is detected, the state of that moment. */
  public Drift state() {
    return monitor.state().of(watched);
  }
}
