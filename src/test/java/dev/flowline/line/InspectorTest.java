package dev.flowline.line;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.TinyLine;
import dev.flowline.data.Sample;
import dev.flowline.engine.Encoding;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.flow.Latents;
import dev.flowline.io.DecodedImage;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.Preprocessing;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelKind;
import dev.flowline.nn.ParameterSpec;
import dev.flowline.nn.TensorCopy;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.Region;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.TensorScope;
import dev.flowline.train.Extraction;
import dev.flowline.train.TrainingListener;
import dev.flowline.train.TrainingRun;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectorTest {
  private static final int HEIGHT = 96; // of the images; the model's input is smaller
  private static final int WIDTH = 120;
  private static final int INPUT_HEIGHT = 48;
  private static final int INPUT_WIDTH = 80;

  @TempDir static Path folder;
  private static Path modelFile;
  private static Inspector inspector;

  @BeforeAll
  static void learn() throws IOException {
    modelFile = folder.resolve("fabric.flowline");
    var dataset = TinyLine.dataset(folder, 1, 24, HEIGHT, WIDTH);
    var config = TinyLine.config(INPUT_HEIGHT, INPUT_WIDTH, 1);
    var request = TinyLine.request(config, dataset, TinyLine.epochs(12, 1), modelFile);
    TrainingRun.execute(request, TrainingListener.SILENT);
    inspector = Inspector.open(modelFile);
  }

  @AfterAll
  static void close() {
    inspector.close();
  }

  @Test
  void aFileAndItsDecodedImageGiveTheSame() throws IOException {
    Path file = folder.resolve("part.png");
    Images.writePng(file, TinyLine.defective(77, HEIGHT, WIDTH, 30, 12, 10));
    Inspection fromFile = inspector.inspect(file);
    Inspection decoded = inspector.inspect(Images.read(file));
    assertSameAnswer(fromFile, decoded);
    assertEquals("part.png", fromFile.partId());
    assertTrue(fromFile.timingsMillis().decode() > 0);
    assertEquals(0, decoded.timingsMillis().decode());
    assertTrue(fromFile.timingsMillis().total() > fromFile.timingsMillis().decode());
  }

  @Test
  void warmingUpChangesNoAnswer() throws IOException {
    Image image = TinyLine.defective(77, HEIGHT, WIDTH, 30, 12, 10);
    Inspector warmed = Inspector.open(modelFile);
    warmed.warmUp();
    assertSameAnswer(inspector.inspect(image), warmed.inspect(image));
    warmed.close();
    assertThrows(IllegalStateException.class, warmed::warmUp);
  }

  @Test
  void theAnswerIsWhatTheSchemaSays() throws IOException {
    Image image = TinyLine.defective(77, HEIGHT, WIDTH, 30, 12, 10);
    InspectionRequest request = InspectionRequest.DEFAULT.withPartId("7").withSimulated(true);
    Inspection answer = inspector.inspect(image, request).inspection();
    assertEquals(Set.of(), InspectionTest.complaints(new ObjectMapper().readTree(answer.toJson())));
    assertEquals("7", answer.partId());
    assertTrue(answer.simulated());
    assertEquals("libtorch", answer.engine().name());
    assertTrue(answer.engine().version().startsWith("2."), answer.engine().toString());
    assertEquals(64, answer.modelDigest().length());
    assertEquals(answer, Inspection.fromJson(answer.toJson()));
  }

  @Test
  void aPlantedDefectIsFoundInThePixelsOfTheImage() {
    int x = 66;
    int y = 24;
    int side = 24;
    Inspection inspection = inspector.inspect(TinyLine.defective(78, HEIGHT, WIDTH, x, y, side));
    assertEquals(Verdict.DEFECT, inspection.verdict());
    Region region = inspection.regions().get(0);
    assertEquals(x + side / 2.0, region.centroidX(), 8, region.toString());
    assertEquals(y + side / 2.0, region.centroidY(), 8, region.toString());
    assertTrue(region.x() <= x + 4 && region.x() + region.width() >= x + side - 4);
    assertTrue(region.y() <= y + 4 && region.y() + region.height() >= y + side - 4);
    assertTrue(region.area() < 5 * side * side, region.toString());
    for (Region any : inspection.regions()) {
      assertTrue(any.x() >= 0 && any.x() + any.width() <= WIDTH, any.toString());
      assertTrue(any.y() >= 0 && any.y() + any.height() <= HEIGHT, any.toString());
      assertTrue(any.area() <= any.width() * any.height(), any.toString());
      assertTrue(any.peakX() >= any.x() && any.peakX() < any.x() + any.width(), any.toString());
      assertTrue(any.peakY() >= any.y() && any.peakY() < any.y() + any.height(), any.toString());
    }
  }

  @Test
  void aDefectIsFoundWhereItIsLookedForOnly() {
    Image image = TinyLine.defective(78, HEIGHT, WIDTH, 66, 24, 24);
    FieldOfView whole = FieldOfView.whole(HEIGHT, WIDTH);
    Inspection right = inspector.inspect(image, whole.within(50, 0, WIDTH - 50, HEIGHT));
    assertEquals(Verdict.DEFECT, right.verdict());
    assertEquals(66 + 12, right.regions().get(0).centroidX(), 8);
    Inspection left = inspector.inspect(image, whole.within(0, 0, 45, HEIGHT));
    assertEquals(Verdict.GOOD, left.verdict());
    assertEquals(List.of(), left.regions());
    assertEquals(right.anomalyScore(), left.anomalyScore());
    assertSameAnswer(inspector.inspect(image), inspector.inspect(image, whole));
    double smallest = 1 / (1.0 + inspector.calibration().goodImages());
    assertEquals(smallest, inspector.inspect(image, whole).pValue());
    assertNull(right.pValue(), "the calibration images were seen whole");
    assertNull(left.pValue());
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> inspector.inspect(image, FieldOfView.whole(WIDTH, HEIGHT)));
    assertTrue(
        e.getMessage().contains("the image of 96 x 120 pixels, got one of 120 x 96"),
        e.getMessage());
  }

  @Test
  void anImageIsJudgedTheSameInEveryBatch() {
    AnomalyModel model = inspector.model();
    Preprocessing preprocessing = model.config().preprocessing();
    int length = preprocessing.inputLength();
    float[] pixels = new float[3 * length];
    for (int i = 0; i < 3; i++) {
      FloatBuffer window = FloatBuffer.wrap(pixels, i * length, length).slice();
      preprocessing.apply(TinyLine.defective(80 + i, HEIGHT, WIDTH, 10 * i, 9, 8), window);
    }
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      StoredTensor stored = StoredTensor.of(pixels, 3, 3, INPUT_HEIGHT, INPUT_WIDTH);
      Latents<Tensor> batch = model.testLatents(model.testFeatures(TensorCopy.tensor(stored)));
      for (int i = 0; i < 3; i++) {
        float[] one = java.util.Arrays.copyOfRange(pixels, i * length, (i + 1) * length);
        Tensor image = TensorCopy.tensor(StoredTensor.of(one, 1, 3, INPUT_HEIGHT, INPUT_WIDTH));
        Latents<Tensor> single = model.testLatents(model.testFeatures(image));
        for (int scale = 0; scale < single.values().size(); scale++) {
          float[] wanted = TensorCopy.store(single.values().get(scale)).toFloats();
          float[] actual = TensorCopy.store(batch.values().get(scale).get(i)).toFloats();
          // A batch's convolutions may add up in another order than one image's.
          assertArrayEquals(wanted, actual, 2e-6f * largest(wanted));
        }
        double wanted = logDet(model, image, 0);
        double actual = logDet(model, TensorCopy.tensor(stored), i);
        assertEquals(wanted, actual, 1e-6 * Math.abs(wanted));
      }
    }
  }

  private static double logDet(AnomalyModel model, Tensor images, int image) {
    Latents<Tensor> latents = model.likelihoodLatents(model.testFeatures(images));
    return latents.logDetJacobian().get(image).item_double();
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /** Of features that were extracted alone, in whatever company: the bits of the whole way. */
  @Test
  void featuresGiveTheBitsOfTheirImage() throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      Path file = folder.resolve("features" + i + ".png");
      Images.writePng(file, TinyLine.defective(60 + i, HEIGHT, WIDTH, 7 * i, 5 * i, 2 + i));
      samples.add(Sample.good(file));
    }
    AnomalyModel model = inspector.model();
    Map<String, StoredTensor> weights = new HashMap<>();
    for (ParameterSpec spec :
        model.config().extractor().create().frozenParameters(INPUT_HEIGHT, INPUT_WIDTH)) {
      weights.put(spec.name(), TensorCopy.store(model.parameters().get(spec.name())));
    }
    try (Extraction extraction =
            Extraction.of(
                model.config().extractor(),
                model.config().preprocessing(),
                weights,
                samples,
                0,
                folder,
                Device.CPU,
                (done, of) -> {});
        TensorScope scope = TensorScope.open()) {
      for (Sample sample : samples) {
        InspectionRequest request = InspectionRequest.DEFAULT.withMaps(40, 56);
        DetailedInspection wanted = inspector.inspect(Images.read(sample.image()), request);
        try (Encoding encoding = TorchEncoder.encodeFeatures(model, extraction.of(sample))) {
          assertSame(wanted, inspector.judge(encoding, HEIGHT, WIDTH, request));
        }
      }
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> extraction.of(Sample.good(Path.of("elsewhere.png"))));
      assertTrue(e.getMessage().contains("elsewhere.png"), e.getMessage());
    }
  }

  @Test
  void aModelThatNeedsTheImageAgainSaysSo() {
    var config =
        TinyLine.config(ModelKind.DIFFERNET, ModelKind.DIFFERNET.facts().settings(), 32, 32, 1);
    AnomalyModel model = AnomalyModel.create(config, TinyLine.drawnExtractor(config));
    try (model) {
      assertFalse(TorchEncoder.goesOnFromFeatures(model));
      assertTrue(TorchEncoder.goesOnFromFeatures(inspector.model()));
      var e =
          assertThrows(
              IllegalStateException.class, () -> TorchEncoder.encodeFeatures(model, List.of()));
      assertTrue(
          e.getMessage().contains("a differnet model cannot go on from features"), e.getMessage());
    }
  }

  /** One inspector, several threads, each answer compared to the bit with that of one thread. */
  @Test
  void anyNumberOfThreadsGetTheBitsOfOne() throws Exception {
    List<Image> images = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      images.add(TinyLine.defective(100 + i, HEIGHT, WIDTH, 4 * i, 2 * i, 6));
    }
    List<DetailedInspection> wanted =
        images.stream().map(image -> inspector.inspect(image, InspectionRequest.DEFAULT)).toList();
    Set<UUID> ids = ConcurrentHashMap.newKeySet();
    onThreads(
        4,
        thread -> {
          for (int i = 0; i < 8 * images.size(); i++) {
            int image = (7 * thread + 5 * i) % images.size();
            DetailedInspection actual =
                inspector.inspect(images.get(image), InspectionRequest.DEFAULT);
            assertSame(wanted.get(image), actual);
            assertTrue(ids.add(actual.inspection().id()));
          }
        });
    assertEquals(4 * 8 * images.size(), ids.size());
  }

  /** Weights are shared: what another thread costs is its buffers. */
  @Test
  void inspectorsShareTheirModel() throws Exception {
    try (AnomalyModel model = AnomalyModel.open(modelFile)) {
      Image image = TinyLine.defective(9, HEIGHT, WIDTH, 40, 20, 12);
      Inspection first;
      try (Inspector one = new Inspector(model, model.config().segmentation());
          Inspector other = new Inspector(model, model.config().segmentation())) {
        first = one.inspect(image);
        assertSameAnswer(first, other.inspect(image));
        one.close();
        assertSameAnswer(first, other.inspect(image));
      }
      try (Inspector later = new Inspector(model, model.config().segmentation())) {
        assertSameAnswer(first, later.inspect(image));
      }
    }
  }

  @Test
  void warmingUpInspectsAndChangesNoAnswer() throws Exception {
    Image image = TinyLine.good(5, HEIGHT, WIDTH);
    List<TorchEncoder> encoders = new CopyOnWriteArrayList<>();
    try (AnomalyModel model = AnomalyModel.open(modelFile);
        Inspector warm =
            new Inspector(
                model,
                model.config().segmentation(),
                () -> {
                  encoders.add(new TorchEncoder(model));
                  return encoders.get(encoders.size() - 1);
                })) {
      TorchEncoder encoder = encoders.get(0);
      assertFalse(holdsPixels(encoder));
      warm.warmUp();
      assertTrue(holdsPixels(encoder));
      assertSameAnswer(inspector.inspect(image), warm.inspect(image));
      assertEquals(1, encoders.size(), "the worker that is warm inspects");
    }
  }

  private static boolean holdsPixels(TorchEncoder encoder) {
    FloatBuffer input = encoder.input();
    while (input.hasRemaining()) {
      if (input.get() != 0) {
        return true;
      }
    }
    return false;
  }

  @Test
  void afterCloseEveryCallIsRefused() throws Exception {
    Image image = TinyLine.good(3, HEIGHT, WIDTH);
    Path file = folder.resolve("closed.png");
    Images.writePng(file, image);
    Inspector closing = Inspector.open(modelFile);
    AtomicInteger answers = new AtomicInteger();
    Thread closer =
        new Thread(
            () -> {
              while (answers.get() < 20) {
                Thread.onSpinWait();
              }
              closing.close();
            });
    closer.start();
    onThreads(
        3,
        thread -> {
          try {
            while (true) {
              closing.inspect(image);
              answers.incrementAndGet();
            }
          } catch (IllegalStateException e) {
            assertTrue(e.getMessage().contains("closed"), e.getMessage());
          }
        });
    closer.join();
    closing.close();
    FieldOfView view = FieldOfView.whole(HEIGHT, WIDTH);
    for (Executable call :
        List.<Executable>of(
            () -> closing.inspect(image),
            closing::warmUp,
            () -> closing.inspect(file),
            () -> closing.inspect(image, view),
            () -> closing.inspect(image, FieldOfView.whole(1, 1)),
            () -> closing.inspect(image, InspectionRequest.DEFAULT),
            () -> closing.judge(null, 1, 1, InspectionRequest.DEFAULT),
            () -> closing.inspect(DecodedImage.of(image), InspectionRequest.DEFAULT))) {
      assertThrows(IllegalStateException.class, call);
    }
  }

  private interface Work {
    void run(int thread) throws Exception;
  }

  private static void onThreads(int count, Work work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < count; t++) {
        int thread = t;
        running.add(
            threads.submit(
                () -> {
                  work.run(thread);
                  return null;
                }));
      }
      for (Future<?> done : running) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void theVerdictFollowsLog10Epsilon() throws IOException {
    Image good = TinyLine.good(55, HEIGHT, WIDTH);
    Image bad = TinyLine.defective(56, HEIGHT, WIDTH, 40, 20, 12);
    SegmentationOptions own = inspector.test();
    double smallest = inspector.inspect(bad).log10Nfa();
    assertEquals(Verdict.GOOD, inspect(bad, own.withLog10Epsilon(smallest)).verdict());
    assertEquals(Verdict.DEFECT, inspect(bad, own.withLog10Epsilon(smallest + 0.01)).verdict());
    Inspection everything = inspect(good, own.withLog10Epsilon(1e9));
    assertEquals(Verdict.DEFECT, everything.verdict());
    Region whole = everything.regions().get(0);
    assertEquals(List.of(0, 0), List.of(whole.x(), whole.y()));
    assertEquals(List.of(WIDTH, HEIGHT), List.of(whole.width(), whole.height()));
    assertEquals(WIDTH * HEIGHT, whole.area());
  }

  @Test
  void verdictScoreAndRegionsAreConsistent() {
    for (int i = 0; i < 8; i++) {
      Image image =
          i % 2 == 0
              ? TinyLine.good(60 + i, HEIGHT, WIDTH)
              : TinyLine.defective(60 + i, HEIGHT, WIDTH, 5 * i, 10, 10);
      DetailedInspection detailed = inspector.inspect(image, InspectionRequest.DEFAULT);
      Inspection inspection = detailed.inspection();
      double log10Epsilon = inspector.test().log10Epsilon();
      assertEquals(log10Epsilon, inspection.statistic().threshold());
      boolean defect = inspection.log10Nfa() < log10Epsilon;
      assertEquals(defect ? Verdict.DEFECT : Verdict.GOOD, inspection.verdict());
      assertEquals(defect, !inspection.regions().isEmpty());
      double max = 0;
      for (float value : detailed.anomalyMap()) {
        assertTrue(value >= 0 && value <= 1, "map " + value);
        max = Math.max(max, value);
      }
      assertEquals(max, inspection.anomalyScore());
      double before = Double.NEGATIVE_INFINITY;
      for (Region region : inspection.regions()) {
        assertTrue(region.log10Nfa() >= before && region.log10Nfa() < log10Epsilon);
        before = region.log10Nfa();
      }
      if (defect) {
        assertTrue(inspection.log10Nfa() <= inspection.regions().get(0).log10Nfa());
      }
    }
  }

  @Test
  void goodPartsAreGoodAndDefectiveOnesAreNot() {
    int falseAlarms = 0;
    for (int i = 0; i < 20; i++) {
      Inspection good = inspector.inspect(TinyLine.good(900 + i, HEIGHT, WIDTH));
      falseAlarms += good.verdict() == Verdict.DEFECT ? 1 : 0;
      Image bad = TinyLine.defective(950 + i, HEIGHT, WIDTH, 4 * i, 3 * i, 16);
      assertEquals(Verdict.DEFECT, inspector.inspect(bad).verdict());
    }
    // 6 held-out images promise at most 1 in 7; 9 of 20 have a probability of less than one in
    // 1000.
    assertTrue(falseAlarms < 9, falseAlarms + " of 20");
  }

  @Test
  void mapsMayHaveAnotherSize() {
    Image image = TinyLine.defective(57, HEIGHT, WIDTH, 40, 20, 12);
    DetailedInspection detailed =
        inspector.inspect(image, InspectionRequest.DEFAULT.withMaps(31, 17));
    assertEquals(31 * 17, detailed.anomalyMap().length);
    assertEquals(31, detailed.nfaMap().height());
    assertEquals(17, detailed.nfaMap().width());
    for (Region region : detailed.inspection().regions()) {
      assertTrue(region.x() + region.width() <= WIDTH, region.toString());
      assertTrue(region.y() + region.height() <= HEIGHT, region.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 300", "400, 3", "97, 121"})
  void regionsOfImagesOfAnyShapeLieWithinThem(int height, int width) throws IOException {
    SegmentationOptions everything = inspector.test().withLog10Epsilon(1e9);
    Inspection inspection = inspect(TinyLine.good(2, height, width), everything);
    Region whole = inspection.regions().get(0);
    assertEquals(List.of(0, 0), List.of(whole.x(), whole.y()));
    assertEquals(List.of(width, height), List.of(whole.width(), whole.height()));
    assertEquals(width * height, whole.area());
    assertTrue(whole.peakX() < width && whole.peakY() < height, whole.toString());
    assertEquals((width - 1) / 2.0, whole.centroidX(), 1e-6 * width);
    assertEquals((height - 1) / 2.0, whole.centroidY(), 1e-6 * height);
  }

  @Test
  void greyOf16BitsEqualsGreyOf8Bits() throws IOException {
    Image colour = TinyLine.defective(58, HEIGHT, WIDTH, 40, 20, 12);
    byte[] eight = new byte[HEIGHT * WIDTH];
    short[] sixteen = new short[HEIGHT * WIDTH];
    for (int i = 0; i < eight.length; i++) {
      int value = colour.sample(i / WIDTH, i % WIDTH, 1);
      eight[i] = (byte) value;
      sixteen[i] = (short) (value * 257);
    }
    Path file = folder.resolve("grey16.png");
    Images.writePng(file, Image.of16(HEIGHT, WIDTH, 1, sixteen));
    assertEquals(16, Images.read(file).bits());
    DetailedInspection wanted =
        inspector.inspect(Image.of8(HEIGHT, WIDTH, 1, eight), InspectionRequest.DEFAULT);
    DetailedInspection actual =
        inspector.inspect(DecodedImage.read(file), InspectionRequest.DEFAULT);
    assertEquals(wanted.inspection().verdict(), actual.inspection().verdict());
    // An image of 8 bits is rounded to 8 bits after the resize too.
    assertArrayEquals(wanted.anomalyMap(), actual.anomalyMap(), 0.03f);
  }

  @Test
  void aCorruptFileIsNamedAndTheNextOneIsInspected() throws IOException {
    Path corrupt = Files.write(folder.resolve("corrupt.png"), new byte[] {1, 2, 3});
    IOException e = assertThrows(IOException.class, () -> inspector.inspect(corrupt));
    assertTrue(e.getMessage().contains(corrupt.toString()), e.getMessage());
    inspector.inspect(TinyLine.good(1, HEIGHT, WIDTH));
  }

  private static Inspection inspect(Image image, SegmentationOptions options) throws IOException {
    try (AnomalyModel model = AnomalyModel.open(modelFile);
        Inspector other = new Inspector(model, options)) {
      return other.inspect(image);
    }
  }

  private static void assertSame(DetailedInspection wanted, DetailedInspection actual) {
    assertSameAnswer(wanted.inspection(), actual.inspection());
    assertArrayEquals(wanted.anomalyMap(), actual.anomalyMap());
    assertArrayEquals(wanted.nfaMap().log10Nfa(), actual.nfaMap().log10Nfa());
  }

  /** All but what is of one answer alone: its id and its times. */
  private static void assertSameAnswer(Inspection wanted, Inspection actual) {
    assertEquals(wanted.verdict(), actual.verdict());
    assertEquals(wanted.anomalyScore(), actual.anomalyScore());
    assertEquals(wanted.statistic(), actual.statistic());
    assertEquals(wanted.regions(), actual.regions());
    assertEquals(wanted.modelDigest(), actual.modelDigest());
    assertNotEquals(wanted.id(), actual.id());
  }
}
