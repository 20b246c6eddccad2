package dev.flowline.cli;

import dev.flowline.compare.Comparison;
import dev.flowline.compare.ComparisonRequest;
import dev.flowline.compare.PlannedModel;
import dev.flowline.compare.PublishedResult;
import dev.flowline.compare.PublishedResults;
import dev.flowline.data.Dataset;
import dev.flowline.data.Split;
import dev.flowline.model.ModelConfig;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that name what is compared. */
final class ComparisonOptions {
  private static final String NONE = "none";

  @Mixin private DatasetFolder data;

  @Option(
      names = "--category",
      paramLabel = "C",
      split = ",",
      description = "Categories of the dataset, separated by commas (default: all).")
  private List<String> categories = List.of();

  @Option(
      names = "--models",
      required = true,
      paramLabel = "LIST",
      completionCandidates = CompletionWords.Models.class,
      description = {
        "Models, separated by commas. The settings of a model follow it after colons, as in u-flow,ms-flow:parts=2,cs-flow:kernels=[3,5]:epochs=20. A value with commas or colons stands in brackets; quote brackets in the shell.",
        "Settings are those that 'flowline info models' lists, and label, extractor, input, epochs, batch and lr."
      })
  private String models;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      split = ",",
      defaultValue = "0",
      description =
          "Seeds, separated by commas; each model is trained with each seed (default: ${DEFAULT-VALUE}).")
  private List<Long> seeds;

  @Option(
      names = "--extractor",
      paramLabel = "NAME",
      completionCandidates = CompletionWords.Extractors.class,
      description =
          ExtractorOption.DESCRIPTION
              + ". If it is given several times, each model is trained on each"
              + ExtractorOption.DEFAULT)
  private List<String> extractors = List.of();

  @Option(
      names = "--input",
      paramLabel = "H[xW]",
      converter = HeightWidth.Converter.class,
      description = HeightWidth.RESIZED + " (default: the extractor's).")
  private HeightWidth input;

  @Option(
      names = "--published",
      paramLabel = "DATASET",
      description =
          "Dataset whose published results the table shows too: mvtec, btad or none (default: the dataset of the layout, if it has all the categories).")
  private String published;

  @Option(
      names = "--resplit",
      description = "Split the good images into training and test images anew for every seed.")
  private boolean resplit;

  @Option(names = "--keep-models", description = "Keep the model file of each run.")
  private boolean keepModels;

  @Option(
      names = "--gallery",
      paramLabel = "N",
      converter = WholeNumber.AtLeastZero.class,
      defaultValue = "12",
      description = GalleryPictures.SHOWN)
  private int gallery;

  @Mixin private GroupsOption groups;
  @Mixin private FairOption fair;

  /**
   * Returns the request for the comparison.
   *
   * @throws IllegalArgumentException naming the option and its value, if it is out of its bounds
   * @throws IOException naming the file, if data or an extractor cannot be read
   */
  ComparisonRequest request(
      ThresholdOptions test,
      TrainingOptions training,
      ImageOptions images,
      Device device,
      Path output,
      ThreadsOption threads,
      CommonOptions common)
      throws IOException {
    // Refuses shares out of their bounds.
    Split.of(List.of(), training.validation(), training.calibration(test).share(), 0);
    List<Dataset> datasets = new ArrayList<>();
    for (String category : data.categories(categories, common)) {
      Dataset dataset = data.read(category, common);
      datasets.add(dataset);
    }
    List<Dataset> grouped = groups.over(datasets, common);
    String layout = data.layout(null, common).label();
    return new ComparisonRequest(
        data.path(),
        layout,
        grouped,
        planned(test, training, images, common),
        seeds.stream().distinct().toList(),
        resplit,
        published(layout, datasets),
        training.validation(),
        training.calibration(test),
        training.cacheBytes(),
        device,
        threads.number(),
        Version.ofFlowline(),
        keepModels,
        gallery,
        fair.given(),
        output);
  }

  private List<PlannedModel> planned(
      ThresholdOptions test, TrainingOptions training, ImageOptions images, CommonOptions common)
      throws IOException {
    List<PlannedModel> planned = new ArrayList<>();
    boolean weightsGiven = !training.weights().isEmpty();
    List<ModelEntry> entries = entries();
    if (!weightsGiven && entries.stream().anyMatch(entry -> entry.extractor() == null)) {
      common.err().println(ExtractorOption.NOTE);
    }
    for (ModelEntry entry : entries) {
      ModelConfig base =
          images.over(
              NetworkOptions.config(
                  entry.kind(),
                  ExtractorOption.orDefault(entry.extractor(), weightsGiven),
                  entry.input() == null ? input : entry.input(),
                  entry.settings(),
                  "",
                  0,
                  test.ofNewModel()));
      planned.add(
          new PlannedModel(
              entry.label(),
              base,
              base.extractor().takesWeights() ? training.weights() : List.of(),
              (category, seed) -> training.config(entry.kind(), category, seed, entry.training())));
    }
    boolean used = planned.stream().anyMatch(model -> model.base().extractor().takesWeights());
    if (!training.weights().isEmpty() && !used) {
      throw new IllegalArgumentException(
          "--weights: none of the extractors takes weights: leave it out");
    }
    return planned;
  }

  /** Returns each model on each extractor. */
  private List<ModelEntry> entries() {
    List<ModelEntry> entries = ModelEntry.list(models);
    if (extractors.isEmpty()) {
      return entries;
    }
    List<ModelEntry> all = new ArrayList<>();
    for (ModelEntry entry : entries) {
      if (entry.extractor() != null) {
        all.add(entry);
        continue;
      }
      for (String extractor : extractors) {
        all.add(extractors.size() == 1 ? entry.with(extractor) : entry.on(extractor));
      }
    }
    return all;
  }

  private String published(String layout, List<Dataset> datasets) {
    if (published == null) {
      return Comparison.recognise(layout, datasets.stream().map(Dataset::category).toList());
    }
    TreeSet<String> known =
        PublishedResults.all().stream()
            .map(PublishedResult::dataset)
            .collect(Collectors.toCollection(TreeSet::new));
    if (!published.equals(NONE) && !known.contains(published)) {
      throw new IllegalArgumentException(
          "--published must be one of %s, or none, got %s".formatted(known, published));
    }
    return published.equals(NONE) ? null : published;
  }
}
