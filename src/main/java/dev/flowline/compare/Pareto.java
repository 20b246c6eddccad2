package dev.flowline.compare;

import dev.flowline.page.Numbers;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The Pareto front of a comparison: the models that no other one beats in quality, image AUROC by
 * log10NFA, and in the time of an inspection at once.
 *
 * @param models those on the front, the fastest first
 */
record Pareto(List<Point> models) {
  static final ScoreColumn QUALITY = ScoreColumn.NFA_IMAGE_AUROC;

  /**
   * A model by its time and its quality.
   *
   * @param millis within which 99 % of the inspections end
   */
  record Point(ComparedModel model, double millis, double quality) {
    private boolean beats(Point other) {
      return millis <= other.millis
          && quality >= other.quality
          && (millis < other.millis || quality > other.quality);
    }
  }

  /** Returns the front of the models that have both figures and are better than chance. */
  static Pareto of(Comparison comparison) {
    List<Point> all =
        comparison.models().stream()
            .map(
                model ->
                    new Point(
                        model,
                        comparison.mean(model, ScoreColumn.P99_MILLIS).mean(),
                        comparison.mean(model, QUALITY).mean()))
            .filter(point -> !Double.isNaN(point.millis) && !Double.isNaN(point.quality))
            .filter(point -> !QUALITY.isChance(point.quality))
            .toList();
    return new Pareto(
        all.stream()
            .filter(point -> all.stream().noneMatch(other -> other.beats(point)))
            .sorted(Comparator.comparingDouble(Point::millis))
            .toList());
  }

  boolean contains(ComparedModel model) {
    return models.stream().anyMatch(point -> point.model.equals(model));
  }

  /** Returns which model to take for which time, in a sentence; empty without a model. */
  Optional<String> inWords() {
    return models.isEmpty()
        ? Optional.empty()
        : Optional.of(
            models.stream()
                .map(
                    point ->
                        "%s from %s ms on (image AUROC %s)"
                            .formatted(
                                point.model.title(),
                                Numbers.fixed(point.millis, 1),
                                Numbers.fixed(point.quality, 4)))
                .collect(
                    Collectors.joining(
                        "; ", "The best model for the time that an image may take: ", ".")));
  }
}
