package dev.flowline.eval;

import dev.flowline.page.Numbers;
import java.util.ArrayList;
import java.util.List;

/**
 * The test images by what they are, good or defective, and what they are judged, GOOD, UNDECIDED or
 * DEFECT.
 *
 * @param clear good images that are judged GOOD
 * @param falseAlarms good images that are judged DEFECT
 * @param missed defective images that are judged GOOD
 * @param found defective images that are judged DEFECT, on their defect if it is marked
 * @param elsewhere defective images that are judged DEFECT, but not on their defect
 * @param undecided images that are UNDECIDED; null if the model decides about every image
 */
record ConfusionMatrix(
    int clear, int falseAlarms, int missed, int found, int elsewhere, UndecidedImages undecided) {
  /**
   * A cell of the matrix.
   *
   * @param css the class of the cell, which is its colour: {@code right}, {@code wrong}, or empty
   *     for a cell without images, or of images that are undecided
   * @param notes what the images are
   */
  record Cell(String css, int images, List<String> notes) {
    static Cell of(boolean right, int images, String... notes) {
      return new Cell(images == 0 ? "" : right ? "right" : "wrong", images, List.of(notes));
    }
  }

  /**
   * A row of the matrix: what the images are, judged GOOD, judged UNDECIDED, judged DEFECT.
   *
   * @param undecided null if the model decides about every image
   */
  record Row(String name, Cell good, Cell undecided, Cell defect) {}

  static ConfusionMatrix of(EvaluationResult result) {
    int alarms = result.defectImagesFound() + result.defectImagesAlarmedElsewhere();
    UndecidedImages undecided = result.undecided();
    int goodUndecided = undecided == null ? 0 : undecided.goodImages();
    int defectsUndecided = undecided == null ? 0 : undecided.defectImages();
    return new ConfusionMatrix(
        result.goodImages() - result.falseAlarmImages() - goodUndecided,
        result.falseAlarmImages(),
        result.defectImages() - alarms - defectsUndecided,
        result.defectImagesFound(),
        result.defectImagesAlarmedElsewhere(),
        undecided);
  }

  /** Returns the rows; kinds of images without any have none. */
  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    int good = clear + falseAlarms + (undecided == null ? 0 : undecided.goodImages());
    int defective = missed + found + elsewhere + (undecided == null ? 0 : undecided.defectImages());
    if (good > 0) {
      rows.add(
          new Row(
              Numbers.count(good, "good image"),
              Cell.of(true, clear, "right"),
              undecided(undecided == null ? 0 : undecided.goodImages()),
              Cell.of(false, falseAlarms, "false alarm")));
    }
    if (defective > 0) {
      rows.add(
          new Row(
              Numbers.count(defective, "defective image"),
              Cell.of(false, missed, "missed"),
              undecided(undecided == null ? 0 : undecided.defectImages()),
              Cell.of(
                  true, found + elsewhere, found + " found", elsewhere + " alarmed elsewhere")));
    }
    return rows;
  }

  private Cell undecided(int images) {
    return undecided == null ? null : new Cell("", images, List.of("to be looked at"));
  }
}
