package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flowline.TinyLine;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.CrossFitting;
import dev.flowline.calibration.CvPlus;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.data.Dataset;
import dev.flowline.data.Folds;
import dev.flowline.data.Sample;
import dev.flowline.io.ContentDigest;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import dev.flowline.line.Inspection;
import dev.flowline.line.Inspector;
import dev.flowline.line.Verdict;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelFile;
import dev.flowline.model.ModelKind;
import dev.flowline.model.NetworkShapes;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.segmentation.Zone;
import dev.flowline.segmentation.Zones;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeptFoldsTest {
  private static final int SIZE = 32;
  private static final int IMAGES = 15;
  private static final int FOLDS = 3;
  private static final int RANK = 4; // of a rate of 25 %
  private static final long SEED = 5;
  private static final CalibrationPlan KEPT = plan(new CrossFitting(FOLDS).keeping());

  @TempDir Path folder;
  private Dataset dataset;
  private UnaryOperator<ModelConfig> looks = config -> config;

  private static CalibrationPlan plan(CrossFitting folds) {
    return new CalibrationPlan(NullHypothesis.CALIBRATED, 0, new FalseAlarmRate(0.25, null))
        .crossFitted(folds);
  }

  @BeforeEach
  void makeImages() throws IOException {
    dataset = TinyLine.dataset(folder.resolve("data"), 1, IMAGES, SIZE, SIZE);
  }

  private TrainingRequest request(
      String name, ModelKind kind, List<Sample> images, CalibrationPlan plan) {
    return new TrainingRequest(
        looks.apply(TinyLine.config(kind, TrainingRunTest.small(kind), SIZE, SIZE, SEED)),
        plan,
        new Dataset("fabric", images, List.of(), List.of()),
        List.of(),
        0,
        kind == ModelKind.PADIM ? TrainingConfig.fitted(SEED) : TinyLine.epochs(2, SEED),
        1L << 28,
        folder.resolve(name + ".flowline"),
        false);
  }

  private TrainingRequest kept(ModelKind kind) {
    return request("kept-" + kind, kind, dataset.train(), KEPT);
  }

  /** New parts: good ones, and some with a hole. */
  private static List<Image> parts() {
    return Stream.concat(
            IntStream.range(0, 12).mapToObj(i -> TinyLine.good(1000 + IMAGES + i, SIZE, SIZE)),
            IntStream.range(0, 6)
                .mapToObj(i -> TinyLine.defective(1100 + i, SIZE, SIZE, 8, 8, 2 + 4 * i)))
        .toList();
  }

  private static double number(Inspector inspector, Image image) {
    return inspector.inspect(image).statistic().value();
  }

  /**
   * The whole claim: each fold is judged by what a cross-fitted training of the other folds alone
   * has made, which has never heard of the fold. Kinds with maps of their own, without positions
   * and with rotations.
   */
  @ParameterizedTest
  @EnumSource(names = {"PADIM", "U_FLOW", "DIFFERNET", "MS_FLOW"})
  void thePValueIsThatOfTheSlowFormulaBySeparateTrainings(ModelKind kind) throws IOException {
    TrainingRequest request = kept(kind);
    ModelConfig config = TrainingRun.execute(request, TrainingListener.SILENT);
    Folds folds = Folds.of(dataset.train(), FOLDS, SEED);
    List<Image> parts = parts();
    double[] known = new double[IMAGES];
    double[][] own = new double[FOLDS][parts.size()];
    for (int fold = 0; fold < FOLDS; fold++) {
      List<Sample> others = folds.outside(fold).stream().map(dataset.train()::get).toList();
      TrainingRequest separate =
          request("fold" + fold, kind, others, plan(new CrossFitting(FOLDS - 1)));
      TrainingRun.execute(separate, TrainingListener.SILENT);
      try (Inspector inspector = Inspector.open(separate.output())) {
        for (int i : folds.held().get(fold)) {
          known[i] = number(inspector, Images.read(dataset.train().get(i).image()));
        }
        for (int part = 0; part < parts.size(); part++) {
          own[fold][part] = number(inspector, parts.get(part));
        }
      }
    }
    Calibration calibration = config.calibration();
    assertArrayEquals(
        Arrays.stream(known).sorted().toArray(),
        calibration.images().stream().mapToDouble(i -> i.minLog10Nfa()).toArray());
    assertEquals(Arrays.stream(known).sorted().toArray()[RANK - 1], calibration.log10Epsilon());

    int defects = 0;
    try (Inspector inspector = Inspector.open(request.output())) {
      for (int part = 0; part < parts.size(); part++) {
        List<Double> margins = new ArrayList<>();
        int asExtreme = 0;
        for (int fold = 0; fold < FOLDS; fold++) {
          for (int i : folds.held().get(fold)) {
            margins.add(known[i] - own[fold][part]);
            asExtreme += known[i] <= own[fold][part] ? 1 : 0;
          }
        }
        Inspection found = inspector.inspect(parts.get(part));
        assertEquals((1.0 + asExtreme) / (IMAGES + 1), found.pValue());
        assertEquals(1 + asExtreme <= RANK, found.verdict() == Verdict.DEFECT, "part " + part);
        double decides = margins.stream().sorted().toList().get(RANK - 1);
        assertEquals(
            calibration.log10Epsilon() - decides, found.statistic().value(), 1e-4, "part " + part);
        consistent(found, calibration);
        defects += found.verdict() == Verdict.DEFECT ? 1 : 0;
      }
    }
    if (kind != ModelKind.DIFFERNET) { // which sees no hole, but judges all the same
      assertTrue(defects > 0 && defects < parts.size(), kind + " finds " + defects);
    }
  }

  /** Each zone has a law of its own in each fold. */
  @Test
  void zonesAreJudgedInEachFold() throws IOException {
    looks =
        config -> {
          NetworkShapes shapes = NetworkShapes.of(config);
          int height = shapes.mapHeight();
          int width = shapes.mapWidth();
          int[] zoneOf = new int[height * width];
          for (int i = 0; i < zoneOf.length; i++) {
            zoneOf[i] = i % width < width / 2 ? 0 : 1;
          }
          List<Zone> zones =
              List.of(new Zone("left", 0.3, null, null), new Zone("right", 0.7, null, null));
          SegmentationOptions test =
              config.segmentation().withZones(new Zones(height, width, zoneOf, zones));
          return config.withSegmentation(test, null);
        };
    thePValueIsThatOfTheSlowFormulaBySeparateTrainings(ModelKind.PADIM);
  }

  /** A DEFECT has a region, the first of which decided, and is below the threshold. */
  private static void consistent(Inspection found, Calibration calibration) {
    boolean defect = found.verdict() == Verdict.DEFECT;
    assertEquals(calibration.log10Epsilon(), found.statistic().threshold());
    assertEquals(defect, found.statistic().value() < found.statistic().threshold());
    assertEquals(defect, !found.regions().isEmpty());
    if (defect) {
      assertEquals(found.statistic().value(), found.regions().get(0).log10Nfa());
    }
  }

  @Test
  void theProvedRateIsAboutTwiceTheExpectedOne() throws IOException {
    ModelConfig config = TrainingRun.execute(kept(ModelKind.PADIM), TrainingListener.SILENT);
    Calibration calibration = config.calibration();
    assertFalse(calibration.isGuaranteed());
    assertTrue(calibration.keepsFolds());
    assertEquals(RANK / 16.0, calibration.guaranteed());
    assertEquals(2 * 0.25 + (2 - 2 * 0.25) * 2 / 18, calibration.proved().orElseThrow(), 1e-12);
    assertEquals(FOLDS, calibration.crossFitting().laws().size());
    assertEquals(10, calibration.crossFitting().laws().get(0).whole().images());
    assertEquals(IMAGES, config.segmentation().law().images());
    assertEquals(IMAGES, config.training().images());
  }

  @Test
  void manyThreadsInspectAsOne() throws Exception {
    TrainingRequest request = kept(ModelKind.U_FLOW);
    TrainingRun.execute(request, TrainingListener.SILENT);
    List<Image> parts = parts();
    try (Inspector inspector = Inspector.open(request.output())) {
      List<Double> alone = parts.stream().map(part -> number(inspector, part)).toList();
      List<Double> together =
          IntStream.range(0, 4 * parts.size())
              .parallel()
              .mapToObj(i -> number(inspector, parts.get(i % parts.size())))
              .toList();
      for (int i = 0; i < together.size(); i++) {
        assertEquals(alone.get(i % parts.size()), together.get(i));
      }
    }
  }

  /** The statistic is the same with another threshold; the final model judges with another test. */
  @Test
  void aThresholdByHandDecidesAboutTheSameStatistic() throws IOException {
    TrainingRequest request = kept(ModelKind.PADIM);
    TrainingRun.execute(request, TrainingListener.SILENT);
    try (AnomalyModel model = AnomalyModel.open(request.output())) {
      SegmentationOptions own = model.config().segmentation();
      for (Image part : parts()) {
        try (Inspector usual = new Inspector(model, own);
            Inspector byHand =
                new Inspector(model, own.withLog10Epsilon(own.log10Epsilon() - 0.5));
            Inspector chiSquare = new Inspector(model, own.withLaw(null))) {
          Inspection expected = usual.inspect(part);
          Inspection found = byHand.inspect(part);
          assertEquals(expected.statistic().value(), found.statistic().value(), 1e-4);
          assertEquals(expected.pValue(), found.pValue());
          boolean below = found.statistic().value() < own.log10Epsilon() - 0.5;
          assertEquals(below, found.verdict() == Verdict.DEFECT);
          assertEquals(null, chiSquare.inspect(part).pValue());
        }
      }
    }
  }

  /** Killed while a fold is trained, between folds, and in the last training. */
  @Test
  void aKilledTrainingResumesToTheSameFileAndLeavesNothing() throws IOException {
    TrainingRequest whole = kept(ModelKind.U_FLOW);
    TrainingRun.execute(whole, TrainingListener.SILENT);
    for (int killed : new int[] {1, 2, 3}) {
      TrainingRequest request = request("killed" + killed, ModelKind.U_FLOW, dataset.train(), KEPT);
      int[] trained = new int[1];
      TrainingListener kills =
          new TrainingListener() {
            @Override
            public TrainingListener keptFold(int fold, int folds, int images) {
              trained[0]++;
              return new TrainingListener() {
                @Override
                public void epochDone(EpochRecord epoch) {
                  if (fold == killed) {
                    throw new Killed();
                  }
                }
              };
            }
          };
      assertThrows(Killed.class, () -> TrainingRun.execute(request, kills));
      assertTrue(request.stopped().isPresent());
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class,
              () -> TrainingRun.execute(request, TrainingListener.SILENT));
      assertTrue(refused.getMessage().contains("--resume"), refused.getMessage());
      trained[0] = 0;
      int[] again = new int[1];
      TrainingListener counts =
          new TrainingListener() {
            @Override
            public TrainingListener keptFold(int fold, int folds, int images) {
              again[0]++;
              return SILENT;
            }
          };
      TrainingRun.execute(ChangedRequest.of(request).resume(true).request(), counts);
      assertEquals(FOLDS - killed + 1, again[0], "folds trained anew");
      assertEquals(
          ModelFile.read(whole.output()).tensors().keySet(),
          ModelFile.read(request.output()).tensors().keySet());
      assertEquals(content(whole.output()), content(request.output()));
      try (Stream<Path> left = Files.list(folder)) {
        assertEquals(
            List.of(),
            left.map(Path::getFileName)
                .map(Path::toString)
                .filter(name -> name.contains("fold"))
                .toList());
      }
    }
  }

  /** What another run left, with other folds, is of no use to who never goes on with it. */
  @Test
  void whatAKilledTrainingHasLeftGoesWithTheNextModelOfThatName() throws IOException {
    TrainingRequest killed = request("part", ModelKind.U_FLOW, dataset.train(), KEPT);
    TrainingListener kills =
        new TrainingListener() {
          @Override
          public TrainingListener keptFold(int fold, int folds, int images) {
            return new TrainingListener() {
              @Override
              public void epochDone(EpochRecord epoch) {
                if (fold == 2) {
                  throw new Killed();
                }
              }
            };
          }
        };
    assertThrows(Killed.class, () -> TrainingRun.execute(killed, kills));
    List<String> left = names("part");
    assertTrue(left.contains("part.flowline.kept-fold-1"), left.toString());
    assertTrue(left.contains("part.flowline.kept-fold-2.fold-1.checkpoint"), left.toString());
    String refused =
        assertThrows(
                IllegalArgumentException.class,
                () -> TrainingRun.execute(killed, TrainingListener.SILENT))
            .getMessage();
    assertTrue(
        refused.endsWith("add --resume, or delete it and 2 more: part.flowline.kept-fold-*"),
        refused);

    List<String> others =
        List.of("part.flowline.fold-x.checkpoint", "part.flowline.kept-fold-1.mine", "part.2");
    for (String other : others) {
      Files.writeString(folder.resolve(other), "of the user");
    }
    Files.writeString(folder.resolve("part.flowline.fold-9.checkpoint"), "of nine folds");
    Files.writeString(folder.resolve("part.flowline.screening.fold-2.checkpoint"), "screening");
    TrainingRequest next =
        request("part", ModelKind.U_FLOW, dataset.train(), plan(new CrossFitting(4)));
    assertEquals(left.size() + 2, next.leftOver().size());
    TrainingRun.execute(next, TrainingListener.SILENT);
    assertEquals(
        Stream.concat(others.stream(), Stream.of("part.flowline")).sorted().toList(),
        names("part"));
  }

  private List<String> names(String start) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(start))
          .sorted()
          .toList();
    }
  }

  private static String content(Path file) throws IOException {
    ModelFile model = ModelFile.read(file);
    ModelConfig config = model.config();
    return ContentDigest.of(
        config.calibration().images() + " " + config.segmentation().log10Epsilon(),
        model.tensors());
  }

  private static final class Killed extends RuntimeException {}

  @Test
  void aFileWithAnotherFoldMissingOrTooManyIsRefused() throws IOException {
    TrainingRequest request = kept(ModelKind.PADIM);
    TrainingRun.execute(request, TrainingListener.SILENT);
    Path file = request.output();
    String learned =
        ModelFile.read(file).tensors().keySet().stream()
            .filter(name -> name.startsWith("fold.1.") && !name.contains("extractor"))
            .findFirst()
            .orElseThrow();
    refused(file, tensors -> without(tensors, learned), text -> text, learned.substring(7));
    refused(
        file,
        tensors -> {
          Map<String, StoredTensor> more = new LinkedHashMap<>(tensors);
          more.put("fold.0.evil", StoredTensor.of(new float[1], 1));
          return more;
        },
        text -> text,
        "evil");
    // as a program reads it that knows no kept folds: the tensors are unexpected
    refused(file, tensors -> tensors, KeptFoldsTest::withoutKept, "unexpected: [fold.0.");
    refused(file, tensors -> tensors, text -> text.replace("\"fold\":2", "\"fold\":1"), "folds");
  }

  private static String withoutKept(String config) {
    try {
      JsonNode tree = new ObjectMapper().readTree(config);
      ((ObjectNode) tree.at("/calibration/crossFitting")).remove(List.of("kept", "laws"));
      return tree.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, StoredTensor> without(Map<String, StoredTensor> all, String name) {
    Map<String, StoredTensor> fewer = new LinkedHashMap<>(all);
    fewer.remove(name);
    return fewer;
  }

  private void refused(
      Path file,
      UnaryOperator<Map<String, StoredTensor>> tensors,
      UnaryOperator<String> config,
      String reason)
      throws IOException {
    Path altered = altered(file, tensors, config);
    IOException opened = assertThrows(IOException.class, () -> AnomalyModel.open(altered));
    assertTrue(opened.getMessage().contains(reason), opened.getMessage());
    IOException shown =
        assertThrows(IOException.class, () -> ModelFile.read(altered).cost(altered));
    assertTrue(shown.getMessage().contains(reason), shown.getMessage());
  }

  private Path altered(
      Path file, UnaryOperator<Map<String, StoredTensor>> tensors, UnaryOperator<String> config)
      throws IOException {
    Safetensors stored = Safetensors.read(file);
    Map<String, StoredTensor> content = tensors.apply(stored.tensors());
    Map<String, String> metadata = new LinkedHashMap<>(stored.metadata());
    String text = config.apply(metadata.get("flowline.config"));
    metadata.put("flowline.config", text);
    metadata.put(ContentDigest.KEY, ContentDigest.of(text, content));
    Path altered = folder.resolve("altered.flowline");
    new Safetensors(metadata, content).write(altered);
    return altered;
  }

  /**
   * The features are computed once if all folds share the extractor, and the latents are the same.
   */
  @Test
  void foldsOfOneExtractorShareTheFeatures() throws IOException {
    TrainingRequest request = kept(ModelKind.U_FLOW);
    TrainingRun.execute(request, TrainingListener.SILENT);
    ModelFile stored = ModelFile.read(request.output());
    Map<String, StoredTensor> whole = new LinkedHashMap<>(stored.tensors());
    whole.keySet().removeIf(name -> name.startsWith("fold."));
    List<String> ofExtractor =
        stored.tensors().keySet().stream()
            .filter(name -> name.matches("fold\\.\\d\\.feature_extractor\\.extractor.*"))
            .toList();
    assertFalse(ofExtractor.isEmpty());
    Path shared =
        altered(
            request.output(),
            tensors -> {
              Map<String, StoredTensor> fewer = new LinkedHashMap<>(tensors);
              fewer.keySet().removeAll(ofExtractor);
              return fewer;
            },
            text -> text);
    Image part = parts().get(0);
    try (Inspector inspector = Inspector.open(shared)) {
      assertTrue(inspector.model().folds().stream().allMatch(AnomalyModel::sharesFeatures));
      float[] numbers = new float[FOLDS];
      for (int fold = 0; fold < FOLDS; fold++) {
        Map<String, StoredTensor> alone = new LinkedHashMap<>(whole);
        String prefix = "fold." + fold + ".";
        stored
            .tensors()
            .forEach(
                (name, tensor) -> {
                  if (name.startsWith(prefix) && !ofExtractor.contains(name)) {
                    alone.put(name.substring(prefix.length()), tensor);
                  }
                });
        SegmentationOptions test = inspector.model().folds().get(fold).config().segmentation();
        ModelConfig config = stored.config().withSegmentation(test, null);
        try (AnomalyModel model = AnomalyModel.restore(config, alone);
            Inspector separate = new Inspector(model, test)) {
          numbers[fold] = (float) number(separate, part);
        }
      }
      double p = CvPlus.compare(stored.config().calibration(), numbers).pValue();
      assertEquals(p, inspector.inspect(part).pValue());
    }
  }

  @Test
  void aModelThatIsCalibratedAnewLeavesTheFoldsOut() throws IOException {
    TrainingRequest request = kept(ModelKind.PADIM);
    ModelConfig config = TrainingRun.execute(request, TrainingListener.SILENT);
    Path anew = folder.resolve("anew.flowline");
    try (AnomalyModel model = AnomalyModel.open(request.output())) {
      model.save(anew, config.withSegmentation(config.segmentation(), null));
      assertThrows(
          IllegalArgumentException.class,
          () -> model.save(folder.resolve("none.flowline"), config, List.of(), null));
    }
    try (AnomalyModel model = AnomalyModel.open(anew)) {
      assertEquals(List.of(), model.folds());
    }
    assertTrue(Files.size(anew) < Files.size(request.output()));
  }
}
