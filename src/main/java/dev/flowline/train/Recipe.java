package dev.flowline.train;

import dev.flowline.model.ModelKind;
import dev.flowline.model.PublishedRecipe;
import java.util.Map;
import java.util.Optional;

/** How a model is trained if nothing else is asked for: as its authors did, or for few images. */
public final class Recipe {
  /** The settings of the released U-Flow program, by category of MVTec AD. */
  private static final Map<String, OfCategory> U_FLOW =
      Map.ofEntries(
          Map.entry("carpet", new OfCategory(3.1634e-5, 13, 200)),
          Map.entry("grid", new OfCategory(3.6225e-5, 12, 500)),
          Map.entry("leather", new OfCategory(6.1247e-4, 15, 500)),
          Map.entry("tile", new OfCategory(6.0458e-3, 30, 200)),
          Map.entry("wood", new OfCategory(2.4665e-4, 22, 500)),
          Map.entry("bottle", new OfCategory(1.1290e-4, 23, 200)),
          Map.entry("cable", new OfCategory(1.6160e-3, 14, 200)),
          Map.entry("capsule", new OfCategory(1.2119e-3, 14, 200)),
          Map.entry("hazelnut", new OfCategory(1.3268e-3, 21, 500)),
          Map.entry("metal_nut", new OfCategory(8.1489e-4, 11, 200)),
          Map.entry("pill", new OfCategory(1.0756e-3, 11, 200)),
          Map.entry("screw", new OfCategory(4.1560e-4, 11, 500)),
          Map.entry("toothbrush", new OfCategory(1.2873e-4, 21, 200)),
          Map.entry("transistor", new OfCategory(1.1213e-3, 20, 400)),
          Map.entry("zipper", new OfCategory(4.5525e-5, 24, 200)));

  /**
   * The recipe of U-Flow for few images, whatever they show: with batches of 8 an epoch of 45 is 6
   * updates, of which the published learning rate takes thousands. Measured in docs/threshold.md.
   */
  private static final OfCategory U_FLOW_OF_FEW = new OfCategory(2e-3, 2, 20);

  private record OfCategory(double learningRate, int batchSize, int epochs) {
    PublishedRecipe over(PublishedRecipe published) {
      return new PublishedRecipe(
          published.adam().withLearningRate(learningRate), published.rate(), batchSize, epochs);
    }
  }

  private Recipe() {}

  /**
   * Returns the published recipe of a model; empty for one that is fitted and not trained.
   *
   * @param category what is learned
   */
  public static Optional<PublishedRecipe> of(ModelKind kind, String category) {
    OfCategory own = kind == ModelKind.U_FLOW ? U_FLOW.get(category) : null;
    return Optional.ofNullable(kind.facts().recipe())
        .map(published -> own == null ? published : own.over(published));
  }

  /**
   * Returns the recipe of a model that learns from few images, which are cross-fitted: that of
   * U-Flow has more updates an epoch, the others are as published; empty for one that is fitted.
   *
   * @param category what is learned
   */
  public static Optional<PublishedRecipe> ofFew(ModelKind kind, String category) {
    Optional<PublishedRecipe> published = of(kind, category);
    return kind == ModelKind.U_FLOW ? published.map(U_FLOW_OF_FEW::over) : published;
  }
}
