package dev.flowline.tune;

import dev.flowline.bench.Machine;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.compare.PlannedModel;
import dev.flowline.data.Dataset;
import dev.flowline.engine.EngineKind;
import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.train.TrainingConfig;
import java.nio.file.Path;
import java.util.List;

/** Searches of small models that are not trained, or hardly. */
final class MadeSearch {
  static final Machine MACHINE = new Machine("a processor", List.of("avx2"), 2, 4, "a system");

  private MadeSearch() {}

  static Candidate candidate(ModelKind kind, String label, int side, Path... weights) {
    ExtractorConfig extractor = ExtractorConfig.of(Backbone.PATCH_PCA);
    ModelConfig config =
        new ModelConfig(
            kind,
            "steel",
            extractor,
            Preprocessing.imageNet(side, side),
            kind.defaults(extractor.create()),
            0,
            new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0));
    PlannedModel model =
        new PlannedModel(
            label,
            config,
            List.of(weights),
            (category, seed) -> TrainingConfig.of(27, 2, 1e-3, seed));
    return new Candidate(model, kind == ModelKind.PADIM ? 1 : 27);
  }

  static TuneRequest request(
      Dataset dataset,
      List<Candidate> candidates,
      double taktMillis,
      double budgetSeconds,
      List<Integer> threads,
      Path output) {
    return new TuneRequest(
        Path.of("data"),
        "mvtec",
        dataset,
        candidates,
        List.of(),
        taktMillis,
        new FalseAlarmRate(0.2, null),
        NullHypothesis.CALIBRATED,
        budgetSeconds,
        List.of(EngineKind.LIBTORCH),
        threads,
        1,
        0,
        1 << 20,
        1,
        "1.0",
        output);
  }
}
