package dev.flowline.line;

import dev.flowline.segmentation.CalibratedView;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.SegmentationOptions;

/**
 * The fields of view of a worker's inspections. Requests are mostly alike, so it keeps what it made
 * last. For one thread at a time.
 */
final class ViewsOfMaps {
  private final SegmentationOptions test;
  private final InspectionRequest.MapSize usual;
  private FieldOfView own; // of the test, for the maps of the last request for it; null at first
  private FieldOfView foreign; // of the last request for another one; null at first
  private InspectedView inspected; // of foreign

  /**
   * Makes the fields of view of a test.
   *
   * @param height of the maps of a request that names no size
   * @param width of these maps
   */
  ViewsOfMaps(SegmentationOptions test, int height, int width) {
    this.test = test;
    usual = new InspectionRequest.MapSize(height, width);
  }

  /** Returns the field of view of a request, which also has the size of its maps. */
  FieldOfView of(InspectionRequest request) {
    InspectionRequest.MapSize size = request.maps() == null ? usual : request.maps();
    return request.view() == null ? own(size.height(), size.width()) : request.view();
  }

  private FieldOfView own(int height, int width) {
    if (own == null || own.height() != height || own.width() != width) {
      own = test.view(height, width);
    }
    return own;
  }

  /** Returns what the record of an inspection says of its view; null if all is the whole image. */
  InspectedView inspected(FieldOfView view) {
    CalibratedView calibrated = test.fieldOfView();
    if (view.equals(own(view.height(), view.width()))) {
      return calibrated == null ? null : new InspectedView(calibrated.sha256(), true);
    }
    if (!view.equals(foreign)) {
      foreign = view;
      inspected = new InspectedView(view.sha256(), false);
    }
    return inspected;
  }
}
