package dev.flowline.line;

import dev.flowline.segmentation.FieldOfView;
import java.util.Objects;

/**
 * The request of an inspection: facts on the part, and what the result is to have.
 *
 * @param partId the line's name of the part; null if there is none
 * @param simulated whether the image comes from a simulation and not from a camera
 * @param view size of the maps and field of view, in pixels of the maps; null for maps of the
 *     model's input size and the whole image
 * @param latentStatistics whether the result is to have them
 * @param unusualInput what becomes of an image unlike the calibration images
 */
public record InspectionRequest(
    String partId,
    boolean simulated,
    FieldOfView view,
    boolean latentStatistics,
    UnusualInput unusualInput) {
  /** The default request: maps of the model's input size, the whole image, and a report. */
  public static final InspectionRequest DEFAULT =
      new InspectionRequest(null, false, null, false, UnusualInput.REPORT);

  public InspectionRequest {
    Objects.requireNonNull(unusualInput, "unusualInput");
  }

  /** Returns the same request with the line's name of the part. */
  public InspectionRequest withPartId(String id) {
    return new InspectionRequest(id, simulated, view, latentStatistics, unusualInput);
  }

  /** Returns the same request for an image from a simulation, or from a camera. */
  public InspectionRequest withSimulated(boolean isSimulated) {
    return new InspectionRequest(partId, isSimulated, view, latentStatistics, unusualInput);
  }

  /** Returns the same request with maps of a size, and the whole image in the field of view. */
  public InspectionRequest withMaps(int height, int width) {
    return withView(FieldOfView.whole(height, width));
  }

  /**
   * Returns the same request with a field of view, which also sets the size of the maps.
   *
   * @param mapView in pixels of the maps; {@link FieldOfView#resized} makes it of one of the image
   */
  public InspectionRequest withView(FieldOfView mapView) {
    return new InspectionRequest(partId, simulated, mapView, latentStatistics, unusualInput);
  }

  /** Returns the same request with latent statistics in the result. */
  public InspectionRequest withLatentStatistics() {
    return new InspectionRequest(partId, simulated, view, true, unusualInput);
  }

  /** Returns the same request with another rule for images unlike the calibration images. */
  public InspectionRequest withUnusualInput(UnusualInput rule) {
    return new InspectionRequest(partId, simulated, view, latentStatistics, rule);
  }
}
