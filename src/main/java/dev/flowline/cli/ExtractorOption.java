package dev.flowline.cli;

import dev.flowline.extractor.Backbone;
import picocli.CommandLine.Option;

/** The option that names the feature extractor of a new model. */
final class ExtractorOption {
  static final String DESCRIPTION =
      "Feature extractor: a name that 'flowline info extractors' lists, 'published' for the one of the model's paper, or file:PATH of an ONNX or TorchScript network of your own";

  /** The default, as the end of the description. */
  static final String DEFAULT =
      " (default: patch-pca, which needs no download; the published one if --weights is given).";

  /** The name that stands for the extractor of the model's paper. */
  static final String PUBLISHED = "published";

  /** The note for a user who names no extractor. */
  static final String NOTE =
      "note: --extractor patch-pca, which needs no download; resnet18 found about twice as many defects on the data sets that were measured: download https://download.pytorch.org/models/resnet18-f37072fd.pth and add --extractor resnet18 --weights resnet18-f37072fd.pth";

  @Option(
      names = "--extractor",
      paramLabel = "NAME",
      completionCandidates = CompletionWords.Extractors.class,
      description = DESCRIPTION + DEFAULT)
  private String extractor;

  /**
   * Returns the extractor that the user named; without one the default, and says which is better.
   *
   * @param weightsGiven whether the user named files of weights, which patch-pca does not take
   */
  String name(boolean weightsGiven, CommonOptions common) {
    if (extractor == null && !weightsGiven) {
      common.err().println(NOTE);
    }
    return orDefault(extractor, weightsGiven);
  }

  /** Returns an extractor that the user named; the default for null. */
  static String orDefault(String extractor, boolean weightsGiven) {
    return extractor != null ? extractor : weightsGiven ? PUBLISHED : Backbone.PATCH_PCA.id();
  }
}
