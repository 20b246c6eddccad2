package dev.flowline.detectability;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The map of places: the image is divided into cells, and in each the defects found are compared
 * with those that the curves of their kinds and contrasts expect of their sizes. A cell is blind if
 * so few found are improbable (Poisson-binomial, 5 % over all cells together by Bonferroni).
 *
 * @param cells row by row
 */
public record BlindPlaces(int rows, int columns, List<PlaceCell> cells) {
  private static final double LEVEL = 0.05;
  private static final double DEFECTS_PER_CELL = 15;
  private static final int MOST = 8; // cells along a side

  /**
   * A cell.
   *
   * @param defects whose centre lies in it
   * @param expected number of those found
   */
  public record PlaceCell(int defects, int found, double expected, boolean blind) {}

  public BlindPlaces {
    cells = List.copyOf(cells);
  }

  /** Returns the map of a study. */
  static BlindPlaces of(List<DefectTrial> trials, List<KindCurve> curves) {
    int side =
        (int) Math.min(MOST, Math.max(2, Math.round(Math.sqrt(trials.size() / DEFECTS_PER_CELL))));
    Map<Integer, List<DefectTrial>> byCell =
        trials.stream()
            .collect(Collectors.groupingBy(t -> index(t.y(), side) * side + index(t.x(), side)));
    List<PlaceCell> cells = new ArrayList<>();
    for (int cell = 0; cell < side * side; cell++) {
      List<DefectTrial> own = byCell.getOrDefault(cell, List.of());
      List<Double> pods = own.stream().map(trial -> pod(trial, curves)).toList();
      int found = (int) own.stream().filter(DefectTrial::found).count();
      cells.add(
          new PlaceCell(
              own.size(),
              found,
              pods.stream().mapToDouble(Double::doubleValue).sum(),
              PoissonBinomial.atMost(found, pods) < LEVEL / byCell.size()));
    }
    return new BlindPlaces(side, side, cells);
  }

  private static int index(double share, int side) {
    return Math.min(side - 1, Math.max(0, (int) (share * side)));
  }

  private static double pod(DefectTrial trial, List<KindCurve> curves) {
    return curves.stream()
        .filter(curve -> curve.kind() == trial.kind() && curve.contrast() == trial.contrast())
        .findFirst()
        .orElseThrow()
        .pod()
        .pod(trial.size());
  }

  /** Returns the number of blind cells. */
  int blind() {
    return (int) cells.stream().filter(PlaceCell::blind).count();
  }

  /** Returns the number of cells in which a defect lay. */
  int tested() {
    return (int) cells.stream().filter(cell -> cell.defects() > 0).count();
  }
}
