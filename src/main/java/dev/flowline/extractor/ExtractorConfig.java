package dev.flowline.extractor;

import java.util.Objects;

/**
 * What a model file says of its extractor, enough to build it again.
 *
 * @param name as {@link Backbone#id}
 * @param patchPca its settings, null for all but patch-pca
 */
public record ExtractorConfig(String name, PatchPca.Settings patchPca) {
  public ExtractorConfig {
    Objects.requireNonNull(name, "name");
    boolean isPatchPca = Backbone.named(name) == Backbone.PATCH_PCA;
    if (isPatchPca != (patchPca != null)) {
      throw new IllegalArgumentException(
          isPatchPca ? "patch-pca needs its settings" : name + " takes no settings of patch-pca");
    }
  }

  /** The extractor of that name with default settings. */
  public static ExtractorConfig of(Backbone backbone) {
    return new ExtractorConfig(
        backbone.id(), backbone == Backbone.PATCH_PCA ? PatchPca.Settings.DEFAULT : null);
  }

  public Backbone backbone() {
    return Backbone.named(name);
  }

  /** The network. */
  public FeatureExtractor create() {
    return patchPca != null ? new PatchPca(patchPca) : backbone().extractor();
  }
}
