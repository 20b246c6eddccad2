package dev.flowline.eval;

import dev.flowline.page.Numbers;
import java.util.ArrayList;
import java.util.List;

/**
 * The test images by what they are, good or defective, and what they are judged, GOOD or DEFECT.
 *
 * @param clear good images that are judged GOOD
 * @param falseAlarms good images that are judged DEFECT
 * @param missed defective images that are judged GOOD
 * @param found defective images that are judged DEFECT, on their defect if it is marked
 * @param elsewhere defective images that are judged DEFECT, but not on their defect
 */
record ConfusionMatrix(int clear, int falseAlarms, int missed, int found, int elsewhere) {
  /**
   * A cell of the matrix.
   *
   * @param right whether the verdict is right
   * @param notes what the images are
   */
  record Cell(boolean right, int images, List<String> notes) {
    /** Returns the class of the cell, which is its colour; a cell without images has none. */
    String css() {
      return images == 0 ? "" : right ? "right" : "wrong";
    }
  }

  /** A row of the matrix: what the images are, judged GOOD, judged DEFECT. */
  record Row(String name, Cell good, Cell defect) {}

  static ConfusionMatrix of(EvaluationResult result) {
    int alarms = result.defectImagesFound() + result.defectImagesAlarmedElsewhere();
    return new ConfusionMatrix(
        result.goodImages() - result.falseAlarmImages(),
        result.falseAlarmImages(),
        result.defectImages() - alarms,
        result.defectImagesFound(),
        result.defectImagesAlarmedElsewhere());
  }

  /** Returns the rows; kinds of images without any have none. */
  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    if (clear + falseAlarms > 0) {
      rows.add(
          new Row(
              Numbers.count(clear + falseAlarms, "good image"),
              new Cell(true, clear, List.of("right")),
              new Cell(false, falseAlarms, List.of("false alarm"))));
    }
    if (missed + found + elsewhere > 0) {
      rows.add(
          new Row(
              Numbers.count(missed + found + elsewhere, "defective image"),
              new Cell(false, missed, List.of("missed")),
              new Cell(
                  true,
                  found + elsewhere,
                  List.of(found + " found", elsewhere + " alarmed elsewhere"))));
    }
    return rows;
  }
}
