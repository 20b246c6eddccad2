package dev.flowline.line;

import dev.flowline.segmentation.FieldOfView;
import java.util.Objects;

/**
 * The request of an inspection: facts on the part, and what the result is to have.
 *
 * @param partId the line's name of the part; null if there is none
 * @param simulated whether the image comes from a simulation and not from a camera
 * @param maps size of the maps; null for the model's input size
 * @param view field of view in pixels of the maps, of that size; null for the model's own, which is
 *     the whole image unless it was calibrated with another one
 * @param latentStatistics whether the result is to have them
 * @param unusualInput what becomes of an image unlike the calibration images
 */
public record InspectionRequest(
    String partId,
    boolean simulated,
    MapSize maps,
    FieldOfView view,
    boolean latentStatistics,
    UnusualInput unusualInput) {
  /** The default request: maps of the model's input size, its field of view, and a report. */
  public static final InspectionRequest DEFAULT =
      new InspectionRequest(null, false, null, null, false, UnusualInput.REPORT);

  /** The size of maps, in pixels. */
  public record MapSize(int height, int width) {
    /**
     * Makes a size.
     *
     * @throws IllegalArgumentException if there is no pixel, or more than 2^28
     */
    public MapSize {
      FieldOfView.whole(height, width); // which checks it
    }
  }

  public InspectionRequest {
    Objects.requireNonNull(unusualInput, "unusualInput");
    boolean ofMaps =
        view == null
            || (maps != null && view.height() == maps.height() && view.width() == maps.width());
    if (!ofMaps) {
      throw new IllegalArgumentException(
          "view must have the size of the maps, %s, got %s x %s"
              .formatted(maps, view.height(), view.width()));
    }
  }

  /** Returns the same request with the line's name of the part. */
  public InspectionRequest withPartId(String id) {
    return new InspectionRequest(id, simulated, maps, view, latentStatistics, unusualInput);
  }

  /** Returns the same request for an image from a simulation, or from a camera. */
  public InspectionRequest withSimulated(boolean isSimulated) {
    return new InspectionRequest(partId, isSimulated, maps, view, latentStatistics, unusualInput);
  }

  /** Returns the same request with maps of a size, and the model's own field of view. */
  public InspectionRequest withMaps(int height, int width) {
    return new InspectionRequest(
        partId, simulated, new MapSize(height, width), null, latentStatistics, unusualInput);
  }

  /**
   * Returns the same request with a field of view in place of the model's own, which also sets the
   * size of the maps. The model's threshold guarantees nothing in it, unless it is the model's own.
   *
   * @param mapView in pixels of the maps; {@link FieldOfView#resized} makes it of one of the image
   */
  public InspectionRequest withView(FieldOfView mapView) {
    MapSize size = new MapSize(mapView.height(), mapView.width());
    return new InspectionRequest(partId, simulated, size, mapView, latentStatistics, unusualInput);
  }

  /** Returns the same request with latent statistics in the result. */
  public InspectionRequest withLatentStatistics() {
    return new InspectionRequest(partId, simulated, maps, view, true, unusualInput);
  }

  /** Returns the same request with another rule for images unlike the calibration images. */
  public InspectionRequest withUnusualInput(UnusualInput rule) {
    return new InspectionRequest(partId, simulated, maps, view, latentStatistics, rule);
  }
}
