package dev.flowline.compare;

import dev.flowline.page.Numbers;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The Pareto front of a comparison: the models that no other one beats in a measure of quality and
 * in the time of an inspection at once.
 *
 * @param quality such as the image AUROC by log10NFA
 * @param front of the models, by the time within which 99 % of the inspections end
 */
record Pareto(ScoreColumn quality, ParetoFront<ComparedModel> front) {
  /** The measures that a front is drawn of, in the order shown. */
  static final List<ScoreColumn> QUALITIES =
      List.of(ScoreColumn.NFA_IMAGE_AUROC, ScoreColumn.FOUND);

  /** Returns the front of the models that have both figures and are better than chance. */
  static Pareto of(Comparison comparison, ScoreColumn quality) {
    List<ComparedModel> models =
        comparison.models().stream().filter(model -> !isChance(comparison, model)).toList();
    return new Pareto(
        quality,
        ParetoFront.of(
            models,
            model -> comparison.mean(model, ScoreColumn.P99_MILLIS).mean(),
            model -> comparison.mean(model, quality).mean()));
  }

  /** Returns whether a model is no better than one that guesses, whatever it finds. */
  private static boolean isChance(Comparison comparison, ComparedModel model) {
    ScoreColumn column = ScoreColumn.NFA_IMAGE_AUROC;
    return column.isChance(comparison.mean(model, column).mean());
  }

  /** Returns the fronts of all measures that some model has. */
  static List<Pareto> all(Comparison comparison) {
    return QUALITIES.stream()
        .map(quality -> of(comparison, quality))
        .filter(pareto -> !pareto.front.points().isEmpty())
        .toList();
  }

  boolean contains(ComparedModel model) {
    return front.contains(model);
  }

  /** Returns what a model on the front is marked with. */
  String mark() {
    return quality == ScoreColumn.FOUND ? "Pareto, found" : "Pareto";
  }

  /** Returns which model to take for which time, in a sentence; empty without a model. */
  Optional<String> inWords() {
    return front.points().isEmpty()
        ? Optional.empty()
        : Optional.of(
            front.points().stream()
                .map(
                    point ->
                        "%s from %s ms on (%s %s)"
                            .formatted(
                                point.thing().title(),
                                Numbers.fixed(point.millis(), 1),
                                quality == ScoreColumn.FOUND ? "found" : "image AUROC",
                                quality.unit().text(point.quality())))
                .collect(
                    Collectors.joining(
                        "; ", "The best model for the time that an image may take: ", ".")));
  }
}
