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
  private final InspectedView inspectedOwn; // null for the whole image
  private FieldOfView own; // of the test, for the maps of the last request for it; null at first
  private FieldOfView foreign; // of the last request for another one; null at first
  private InspectedView inspectedForeign; // null if foreign is the test's own, the whole image

  /**
   * Makes the fields of view of a test.
   *
   * @param height of the maps of a request that names no size
   * @param width of these maps
   */
  ViewsOfMaps(SegmentationOptions test, int height, int width) {
    this.test = test;
    usual = new InspectionRequest.MapSize(height, width);
    CalibratedView view = test.fieldOfView();
    inspectedOwn = view == null ? null : new InspectedView(view.sha256(), true);
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
    FieldOfView ofTest = own(view.height(), view.width());
    if (view.equals(ofTest)) {
      return inspectedOwn;
    }
    if (!view.equals(foreign)) {
      foreign = view;
      String digest = view.sha256();
      boolean isOwn = digest.equals(ofTest.sha256()); // the same pixels, drawn in another way
      inspectedForeign = isOwn ? inspectedOwn : new InspectedView(digest, false);
    }
    return inspectedForeign;
  }
}
