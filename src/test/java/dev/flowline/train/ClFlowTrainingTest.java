package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.data.Dataset;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.extractor.PatchPca;
import dev.flowline.flow.Latents;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.Images;
import dev.flowline.io.Preprocessing;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ClFlow;
import dev.flowline.model.FastFlow;
import dev.flowline.model.Method;
import dev.flowline.model.MethodSettings;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.PublishedRecipe.Adam;
import dev.flowline.model.TrainableModel;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClFlowTrainingTest {
  private static final int SIZE = 32;
  private static final int IMAGES = 12; // 9 to learn from, 3 held out
  private static final FastFlow BASE = new FastFlow(2, List.of(3, 1), 1, SoftClamp.TANH);
  private static final Map<String, String> NO_TERMS =
      Map.of("classification", "0", "pull", "0", "push", "0");

  @TempDir Path folder;
  private Dataset dataset;

  @BeforeEach
  void makeImages() throws IOException {
    dataset = TinyLine.dataset(folder.resolve("data"), 1, IMAGES, SIZE, SIZE);
  }

  /**
   * The likelihood is divided by its dimensions, a power of two here, so that Adam with its epsilon
   * and decay divided likewise takes the very same steps.
   */
  @Test
  void withoutItsTermsItIsItsBaseBitForBit() throws IOException {
    ExtractorConfig one = new ExtractorConfig("patch-pca", new PatchPca.Settings(1, 8, 3));
    long[] shape = one.create().featureShapes(SIZE, SIZE).get(0);
    long dimensions = shape[0] * shape[1] * shape[2];
    assertEquals(1, Long.bitCount(dimensions), "no power of two");
    Adam small = new Adam(2e-3, 0.9, 0.999, 1e-8, 1e-5);
    Adam large = new Adam(2e-3, 0.9, 0.999, 1e-8 * dimensions, 1e-5 * dimensions);
    int[] negatives = {0};
    ModelConfig ours = config(ModelKind.CL_FLOW, set(NO_TERMS), one);
    Map<String, ByteBuffer> contrastive = trained("a", ours, small, 4, negatives);
    assertEquals(IMAGES, negatives[0], "negatives nobody needs were made");
    ModelConfig bare = config(ModelKind.FASTFLOW, BASE, one);
    assertEquals(trained("b", bare, large, 4, negatives), contrastive);
    ModelConfig all = config(ModelKind.CL_FLOW, set(Map.of()), one);
    assertNotEquals(contrastive, trained("c", all, small, 4, negatives));
    assertEquals(IMAGES + 6 * 4, negatives[0]);
  }

  /** Each term alone changes what is learned: none is without effect, none is always on. */
  @Test
  void everyTermCountsByItself() throws IOException {
    List<Map<String, ByteBuffer>> results = new ArrayList<>();
    for (String term : List.of("none", "classification", "pull", "push")) {
      Map<String, String> changes = new LinkedHashMap<>(NO_TERMS);
      if (!term.equals("none")) {
        changes.put(term, "0.5");
      }
      ModelConfig config = TinyLine.config(ModelKind.CL_FLOW, set(changes), SIZE, SIZE, 5);
      results.add(trained(term, config, new Adam(2e-3, 1e-5), 2, new int[1]));
    }
    assertEquals(4, results.stream().distinct().count());
  }

  @Test
  void uFlowIsTrainedLikewise() throws IOException {
    Map<String, String> small = Map.of("base", "U_FLOW", "uFlow.steps", "2");
    List<Double> nll = heldOut("u-flow", small, 6);
    assertTrue(nll.get(5) < nll.get(0), nll.toString());
    ModelConfig bare = TinyLine.config(SIZE, SIZE, 5); // U-Flow of two steps
    try (AnomalyModel ours = AnomalyModel.open(folder.resolve("u-flow.flowline"));
        AnomalyModel theirs = AnomalyModel.create(bare, TinyLine.drawnExtractor(bare))) {
      assertEquals(
          theirs.parameters().storeLearned().keySet(), ours.parameters().storeLearned().keySet());
    }
  }

  /**
   * Held-out good images: their NLL ends below that at the end of the warm-up, and at most 0.01
   * nats a dimension above what likelihood alone reaches in as many epochs. Without the guard it
   * does not.
   */
  @Test
  void theLikelihoodOfNormalImagesDoesNotSuffer() throws IOException {
    int epochs = 16;
    List<Double> alone = heldOut("alone", NO_TERMS, epochs);
    List<Double> all = heldOut("all", Map.of(), epochs);
    List<Double> loose = heldOut("loose", Map.of("guard", "1e9"), epochs);
    int warmUp = ((ClFlow) set(Map.of())).warmUp(epochs);
    assertEquals(alone.subList(0, warmUp), all.subList(0, warmUp));
    String where = alone + "\n" + all + "\n" + loose;
    assertTrue(all.get(epochs - 1) < all.get(warmUp - 1), where);
    assertTrue(all.get(epochs - 1) < alone.get(epochs - 1) + 0.01, where);
    assertTrue(loose.get(epochs - 1) > all.get(epochs - 1), where);
  }

  /** After as many epochs the terms are smaller than without them. */
  @Test
  void theTermsFall() throws IOException {
    double without = contrast("without", NO_TERMS);
    double with = contrast("with", Map.of());
    assertTrue(with < without, with + " is not below " + without);
  }

  @Test
  void weightsOfTheWarmUpAreNotKept() throws IOException {
    List<Boolean> best = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epochDone(EpochRecord epoch) {
            best.add(epoch.best());
          }
        };
    ModelConfig config = TinyLine.config(ModelKind.CL_FLOW, set(Map.of()), SIZE, SIZE, 5);
    ModelConfig trained = TrainingRun.execute(request("a", config, 5), listener);
    assertEquals(List.of(false, false, true), best.subList(0, 3));
    assertTrue(trained.training().selectedEpoch() > 2);
  }

  /** The textures lie in a file that nobody hashes: their negatives tell. */
  @Test
  void aCheckpointOfOtherNegativesIsRefused() throws IOException {
    Path surfaces = Files.createDirectories(folder.resolve("surfaces"));
    Images.writePng(surfaces.resolve("0.png"), TinyLine.good(77, SIZE, SIZE));
    ModelConfig config =
        TinyLine.config(
            ModelKind.CL_FLOW, set(Map.of("textures", surfaces.toString())), SIZE, SIZE, 5);
    TrainingRequest request = request("a", config, 4);
    stopAfter(3, request);
    Images.writePng(surfaces.resolve("0.png"), TinyLine.defective(78, SIZE, SIZE, 2, 2, 20));
    String message =
        assertThrows(
                IOException.class,
                () -> TrainingRun.execute(resumed(request), TrainingListener.SILENT))
            .getMessage();
    assertTrue(message.contains("another training"), message);
  }

  @Test
  void theModelFileNamesTheFolderOfTexturesWithoutItsPath() throws IOException {
    Path surfaces = Files.createDirectories(folder.resolve("surfaces"));
    Images.writePng(surfaces.resolve("0.png"), TinyLine.good(77, SIZE, SIZE));
    ModelConfig config =
        TinyLine.config(
            ModelKind.CL_FLOW, set(Map.of("textures", surfaces.toString())), SIZE, SIZE, 5);
    TrainingRequest request = request("a", config, 1);
    ModelConfig trained = TrainingRun.execute(request, TrainingListener.SILENT);
    assertEquals("surfaces", ((ClFlow) trained.settings()).textures());
    String file = Files.readString(request.output(), StandardCharsets.ISO_8859_1);
    assertFalse(file.contains(folder.toString()), "the path is in the file");
  }

  @Test
  void texturesThatAreNotThereEndTheTrainingAtOnce() {
    String missing = folder.resolve("no-surfaces").toString();
    ModelConfig config =
        TinyLine.config(ModelKind.CL_FLOW, set(Map.of("textures", missing)), SIZE, SIZE, 5);
    TrainingListener noFeature =
        new TrainingListener() {
          @Override
          public void featuresReady(int images, int of) {
            throw new AssertionError("features are extracted already");
          }
        };
    String message =
        assertThrows(
                IOException.class, () -> TrainingRun.execute(request("a", config, 2), noFeature))
            .getMessage();
    assertTrue(message.contains(missing), message);
  }

  /** More epochs lengthen a warm-up that was cut short, and no other. */
  @Test
  void aRunGrowsWhereItsWarmUpDoesNot() throws IOException {
    ModelConfig whole =
        TinyLine.config(ModelKind.CL_FLOW, set(Map.of("warmUpEpochs", "1")), SIZE, SIZE, 5);
    stopAfter(2, constant("a", whole, 4, false));
    TrainingRun.execute(constant("a", whole, 6, true), TrainingListener.SILENT);
    ModelConfig cut = TinyLine.config(ModelKind.CL_FLOW, set(Map.of()), SIZE, SIZE, 5);
    stopAfter(2, constant("b", cut, 4, false));
    String message =
        assertThrows(
                IOException.class,
                () -> TrainingRun.execute(constant("b", cut, 6, true), TrainingListener.SILENT))
            .getMessage();
    assertTrue(message.contains("after 2 epochs; ") || message.contains("after 3 epochs"), message);
  }

  @Test
  void negativesAreWantedAndOfTheSameImages() throws IOException {
    ModelConfig config = TinyLine.config(ModelKind.CL_FLOW, set(Map.of()), SIZE, SIZE, 5);
    try (AnomalyModel model = AnomalyModel.create(config, TinyLine.drawnExtractor(config));
        FeatureCache fit = features(model, 2);
        FeatureCache none = features(model, 0)) {
      String said =
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      Learner.of(
                          new TrainableModel(model),
                          TinyLine.epochs(2, 1),
                          new TrainingSet(fit),
                          new HeldOutSet(none),
                          Negatives.NONE,
                          CheckpointFile.NONE,
                          TrainingListener.SILENT))
              .getMessage();
      assertEquals("there are negatives of 0 images, and 2 images to train on", said);
    }
  }

  @Test
  void epochsTakeTheNegativesOfAnImageInTurn() throws IOException {
    ModelConfig config = TinyLine.config(ModelKind.CL_FLOW, set(Map.of()), SIZE, SIZE, 5);
    try (AnomalyModel model = AnomalyModel.create(config, TinyLine.drawnExtractor(config));
        FeatureCache made = new FeatureCache(shapes(model), 1 << 28, folder)) {
      NegativeImages source = source(model, dataset, 3);
      for (int i = 0; i < 6; i++) {
        try (TensorScope scope = TensorScope.open();
            NoGradGuard constant = new NoGradGuard()) {
          made.add(model.features(input(model, source, i)));
        }
      }
      Negatives negatives = new Negatives(made, source.labels().subList(0, 6), 3);
      assertEquals(2, negatives.images());
      for (int epoch = 1; epoch <= 7; epoch++) {
        int turn = (epoch - 1) % 3;
        int[] expected = {3 + turn, turn};
        assertEquals(
            IntStream.of(expected).mapToObj(source.labels()::get).toList(),
            negatives.labels(new int[] {1, 0}, epoch));
        try (TensorScope scope = TensorScope.open()) {
          Tensor batch = negatives.batch(new int[] {1, 0}, epoch).byScale().get(0);
          assertTrue(batch.equal(made.batch(expected).get(0)));
        }
      }
      Negatives swapped =
          new Negatives(
              made, IntStream.of(1, 0, 2, 3, 4, 5).mapToObj(source.labels()::get).toList(), 3);
      assertNotEquals(negatives.checksum(), swapped.checksum());
    }
  }

  /** Outside its mask a negative's input is, bit for bit, that of the good image. */
  @Test
  void aNegativeIsItsImageOutsideTheMask() throws IOException {
    ModelConfig config = TinyLine.config(ModelKind.CL_FLOW, set(Map.of()), 24, 40, 5);
    try (AnomalyModel model = AnomalyModel.create(config, TinyLine.drawnExtractor(config))) {
      ClFlow method = (ClFlow) config.settings();
      List<long[]> pixels = List.of(new long[] {1, 1, 24, 40});
      NegativeImages source =
          new NegativeImages(dataset.train(), method, config.preprocessing(), 9, pixels);
      float[] good = new float[config.preprocessing().inputLength()];
      for (int i = 0; i < 8; i++) {
        var image = Images.read(dataset.train().get(i / method.negatives()).image());
        config.preprocessing().apply(image, FloatBuffer.wrap(good));
        float[] negative = new float[good.length];
        config.preprocessing().apply(source.read(i), FloatBuffer.wrap(negative));
        float[] mask = source.labels().get(i).defective().get(0);
        int changed = 0;
        for (int j = 0; j < good.length; j++) {
          boolean differs = good[j] != negative[j];
          assertFalse(differs && mask[j % mask.length] == 0);
          changed += differs ? 1 : 0;
        }
        assertTrue(changed > 0);
        float[] again = new float[good.length];
        config.preprocessing().apply(source.read(i), FloatBuffer.wrap(again));
        assertArrayEquals(negative, again);
      }
    }
  }

  private List<Double> heldOut(String name, Map<String, String> changes, int epochs)
      throws IOException {
    List<Double> nll = new ArrayList<>();
    ModelConfig config = TinyLine.config(ModelKind.CL_FLOW, set(changes), SIZE, SIZE, 5);
    TrainingRun.execute(
        request(name, config, epochs),
        new TrainingListener() {
          @Override
          public void epochDone(EpochRecord epoch) {
            nll.add(epoch.validationNll());
          }
        });
    return nll;
  }

  /** The weighted terms on new images of a model trained with some settings. */
  private double contrast(String name, Map<String, String> changes) throws IOException {
    heldOut(name, changes, 16);
    Dataset other = TinyLine.dataset(folder.resolve("other"), 2, 6, SIZE, SIZE);
    try (AnomalyModel model = AnomalyModel.open(folder.resolve(name + ".flowline"));
        TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      NegativeImages source = source(model, other, 1);
      List<List<Tensor>> normal = new ArrayList<>();
      List<List<Tensor>> negative = new ArrayList<>();
      Preprocessing preprocessing = model.config().preprocessing();
      int images = other.train().size();
      Tensor good = new ImageBatches(other.train(), preprocessing, images).iterator().next();
      Latents<Tensor> z = model.testLatents(model.testFeatures(good));
      Tensor bad = new ImageBatches(images, source, preprocessing, images).iterator().next();
      Latents<Tensor> negativeZ = model.testLatents(model.testFeatures(bad));
      ClFlow terms = (ClFlow) set(Map.of());
      return terms
          .contrast(model.ops(), z.values(), negativeZ.values(), source.labels())
          .item_double();
    }
  }

  private static NegativeImages source(AnomalyModel model, Dataset of, int byImage)
      throws IOException {
    return new NegativeImages(
        of.train(),
        (ClFlow) set(Map.of("negatives", String.valueOf(byImage))),
        model.config().preprocessing(),
        3,
        model.shapes().latents());
  }

  private static Tensor input(AnomalyModel model, NegativeImages source, int index)
      throws IOException {
    var image = source.read(index);
    return new ImageBatches(1, i -> image, model.config().preprocessing(), 1).iterator().next();
  }

  private FeatureCache features(AnomalyModel model, int images) throws IOException {
    FeatureCache cache = new FeatureCache(shapes(model), 1 << 28, folder);
    for (int i = 0; i < images; i++) {
      try (TensorScope scope = TensorScope.open();
          NoGradGuard constant = new NoGradGuard()) {
        var batches =
            new ImageBatches(dataset.train().subList(i, i + 1), model.config().preprocessing(), 1);
        cache.add(model.features(batches.iterator().next()));
      }
    }
    return cache;
  }

  private static List<long[]> shapes(AnomalyModel model) {
    return model.config().extractor().create().featureShapes(SIZE, SIZE);
  }

  private static Method set(Map<String, String> changes) {
    return MethodSettings.with(ModelKind.CL_FLOW, ClFlow.on(BASE), changes);
  }

  private static ModelConfig config(ModelKind kind, Method settings, ExtractorConfig extractor) {
    ModelConfig other = TinyLine.config(kind, settings, SIZE, SIZE, 5);
    return new ModelConfig(
        kind,
        other.category(),
        extractor,
        other.preprocessing(),
        settings,
        other.seed(),
        other.segmentation());
  }

  private TrainingRequest request(String name, ModelConfig config, int epochs) {
    return TinyLine.request(
        config, dataset, TinyLine.epochs(epochs, 5), folder.resolve(name + ".flowline"));
  }

  private TrainingRequest constant(String name, ModelConfig config, int epochs, boolean resume) {
    TrainingRequest request =
        TinyLine.request(
            config,
            dataset,
            TrainingConfig.of(epochs, 4, 2e-3, 5).withWeightDecay(0),
            folder.resolve(name + ".flowline"));
    return resume ? resumed(request) : request;
  }

  private static TrainingRequest resumed(TrainingRequest r) {
    return ChangedRequest.of(r).resume(true).request();
  }

  /** Trains and returns the learned weights; notes how many features were extracted. */
  private Map<String, ByteBuffer> trained(
      String name, ModelConfig config, Adam adam, int epochs, int[] features) throws IOException {
    TrainingConfig training =
        new TrainingConfig(epochs, 4, adam, Schedule.CONSTANT.rate(), null, 5, epochs, 0);
    Path output = folder.resolve(name + ".flowline");
    TrainingRun.execute(
        TinyLine.request(config, dataset, training, output),
        new TrainingListener() {
          @Override
          public void featuresReady(int images, int of) {
            assertTrue(images <= of);
            features[0] = images;
          }
        });
    try (AnomalyModel model = AnomalyModel.open(output)) {
      Map<String, ByteBuffer> weights = new LinkedHashMap<>();
      for (Map.Entry<String, StoredTensor> entry : model.parameters().storeLearned().entrySet()) {
        weights.put(entry.getKey(), entry.getValue().bytes());
      }
      return weights;
    }
  }

  private static void stopAfter(int epoch, TrainingRequest request) {
    assertThrows(
        Stop.class,
        () ->
            TrainingRun.execute(
                request,
                new TrainingListener() {
                  @Override
                  public void checkpointWritten(int written) {
                    if (written == epoch) {
                      throw new Stop();
                    }
                  }
                }));
  }

  private static final class Stop extends RuntimeException {}
}
