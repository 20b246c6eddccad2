package dev.flowline.line;

import dev.flowline.segmentation.FieldOfView;

/**
 * A request beside the image: what is known of the part, and what the answer shall hold.
 *
 * @param partId as the line calls the part; null if there is none
 * @param simulated whether the image comes from a simulation and not from a camera
 * @param view size of the maps, and where to look for defects, in pixels of the maps; null for maps
 *     of the model's input size and the whole image
 * @param latentStatistics whether the answer shall hold them
 */
public record InspectionRequest(
    String partId, boolean simulated, FieldOfView view, boolean latentStatistics) {
  /** Maps of the model's input size, the whole image, nothing else. */
  public static final InspectionRequest DEFAULT = new InspectionRequest(null, false, null, false);

  public InspectionRequest withPartId(String id) {
    return new InspectionRequest(id, simulated, view, latentStatistics);
  }

  public InspectionRequest withSimulated(boolean isSimulated) {
    return new InspectionRequest(partId, isSimulated, view, latentStatistics);
  }

  /** Maps of that size. */
  public InspectionRequest withMaps(int height, int width) {
    return new InspectionRequest(
        partId, simulated, FieldOfView.whole(height, width), latentStatistics);
  }

  /**
   * Maps of the view's size, and defects only where it looks.
   *
   * @param ofMaps in pixels of the maps; {@link FieldOfView#resized} makes it of one of the image
   */
  public InspectionRequest withView(FieldOfView ofMaps) {
    return new InspectionRequest(partId, simulated, ofMaps, latentStatistics);
  }

  public InspectionRequest withLatentStatistics() {
    return new InspectionRequest(partId, simulated, view, true);
  }
}
