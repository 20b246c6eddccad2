package dev.flowline.train;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.data.Dataset;
import dev.flowline.data.ImageDigests;
import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.ContentDigest;
import dev.flowline.io.Preprocessing;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import dev.flowline.line.Inspector;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.CFlow;
import dev.flowline.model.ClFlow;
import dev.flowline.model.CsFlow;
import dev.flowline.model.DifferNet;
import dev.flowline.model.FastFlow;
import dev.flowline.model.Method;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.MsFlow;
import dev.flowline.model.Padim;
import dev.flowline.model.Provenance;
import dev.flowline.model.UFlow;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingRunTest {
  private static final int SIZE = 32;
  private static final long SEED = 5;

  @TempDir Path folder;
  private Dataset dataset;

  @BeforeEach
  void makeImages() throws IOException {
    dataset = TinyLine.dataset(folder.resolve("data"), 1, 12, SIZE, SIZE);
  }

  @Test
  void theSameSeedGivesTheSameFile() throws IOException {
    byte[] first = bytesOf(request("a", 3, SEED));
    byte[] second = bytesOf(request("b", 3, SEED));
    byte[] other = bytesOf(request("c", 3, SEED + 1));
    assertArrayEquals(first, second);
    assertFalse(Arrays.equals(first, other));
  }

  @Test
  void aSmallCacheGivesTheSameFile() throws IOException {
    TrainingRequest large = request("a", 2, SEED);
    TrainingRequest small = ChangedRequest.of(request("b", 2, SEED)).cacheBytes(0).request();
    assertArrayEquals(bytesOf(large), bytesOf(small));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 6})
  void aResumedRunGivesTheFileOfAnUninterruptedOne(int stoppedAfter) throws IOException {
    byte[] uninterrupted = bytesOf(request("a", 6, SEED));
    TrainingRequest stopped = request("b", 6, SEED);
    stopAfter(stoppedAfter, stopped);
    assertFalse(Files.exists(stopped.output()));
    List<Integer> epochs = new ArrayList<>();
    TrainingRun.execute(
        ChangedRequest.of(stopped).resume(true).request(), onEpoch(e -> epochs.add(e.epoch())));
    assertEquals(IntStream.rangeClosed(stoppedAfter + 1, 6).boxed().toList(), epochs);
    assertArrayEquals(uninterrupted, Files.readAllBytes(stopped.output()));
    assertFalse(Files.exists(stopped.checkpoint()));
  }

  /** The date in the file is that of the start, also if the training goes on years later. */
  @Test
  void aResumedRunKeepsTheDateOfItsStart() throws IOException {
    Instant start = Instant.parse("2026-03-01T08:00:00Z");
    byte[] uninterrupted = bytesOf(dated(request("a", 4, SEED), start, false));
    TrainingRequest stopped = dated(request("b", 4, SEED), start, false);
    stopAfter(2, stopped);
    Instant later = Instant.parse("2029-01-01T00:00:00Z");
    assertArrayEquals(uninterrupted, bytesOf(dated(stopped, later, true)));
    try (AnomalyModel model = AnomalyModel.open(stopped.output())) {
      assertEquals(start.toString(), model.config().provenance().created().date());
    }
  }

  /** Checkpoints of before have no date of the start. */
  @Test
  void aCheckpointWithoutADateIsResumed() throws IOException {
    Instant start = Instant.parse("2026-03-01T08:00:00Z");
    byte[] uninterrupted = bytesOf(dated(request("a", 4, SEED), start, false));
    TrainingRequest stopped = dated(request("b", 4, SEED), start, false);
    stopAfter(2, stopped);
    rewriteProgress(stopped.checkpoint(), ",\"startedAt\":\"2026-03-01T08:00:00Z\"", "");
    assertArrayEquals(uninterrupted, bytesOf(dated(stopped, start, true)));

    TrainingRequest damaged = dated(request("c", 4, SEED), start, false);
    stopAfter(2, damaged);
    rewriteProgress(damaged.checkpoint(), "2026-03-01T08:00:00Z", "yesterday");
    IOException e = assertThrows(IOException.class, () -> bytesOf(dated(damaged, start, true)));
    assertTrue(e.getMessage().contains("yesterday"), e.getMessage());
  }

  private static void rewriteProgress(Path checkpoint, String from, String to) throws IOException {
    Safetensors whole = Safetensors.read(checkpoint);
    String text = whole.metadata().get("flowline.training");
    assertTrue(text.contains(from), text);
    String changed = text.replace(from, to);
    String digest = ContentDigest.of(changed, whole.tensors());
    new Safetensors(
            Map.of("flowline.training", changed, ContentDigest.KEY, digest), whole.tensors())
        .write(checkpoint);
  }

  private static TrainingRequest dated(TrainingRequest r, Instant date, boolean resume) {
    return ChangedRequest.of(r)
        .maker(new ModelMaker("test", "data", date))
        .resume(resume)
        .request();
  }

  @Test
  void theFileRecordsEachImageByWhatItWasFor() throws IOException {
    TrainingRequest request = request("a", 2, SEED);
    Provenance.Creation made =
        TrainingRun.execute(request, TrainingListener.SILENT).provenance().created();
    Split split = request.split();
    assertEquals(ImageDigests.of(split.fit()), made.images().learned());
    assertEquals(ImageDigests.of(split.validation()), made.images().validation());
    assertEquals(ImageDigests.of(split.calibration()), made.images().calibration());
    assertEquals("2", made.options().get("epochs"));
    assertEquals("library", made.command());
    try (AnomalyModel model = AnomalyModel.open(request.output())) {
      assertEquals(made, model.config().provenance().created());
    }
  }

  /** Hours later it would be too late. */
  @Test
  void whatCannotBeRecordedIsRefusedBeforeTheTraining() throws IOException {
    TrainingRequest r = request("a", 2, SEED);
    TrainingRequest odd =
        ChangedRequest.of(r).maker(new ModelMaker("one\ntwo", "data", null)).request();
    var e =
        assertThrows(IllegalArgumentException.class, () -> new TrainingRun(odd, (done, all) -> {}));
    assertTrue(
        e.getMessage().contains("must be a line of 1 to 4096 characters, got 'one?two'"),
        e.getMessage());
    ModelConfig config =
        TinyLine.config(
            ModelKind.U_FLOW,
            "fabric",
            ExtractorConfig.of(Backbone.RESNET18),
            new UFlow(2, SoftClamp.TANH),
            SIZE,
            SIZE,
            SEED);
    Path absent = folder.resolve("absent.pth");
    TrainingRequest gone = ChangedRequest.of(r).config(config).weights(List.of(absent)).request();
    var io = assertThrows(IOException.class, () -> new TrainingRun(gone, (done, all) -> {}));
    assertTrue(io.getMessage().contains(absent.toString()), io.getMessage());
  }

  /** Such as a tab; those of emoji are of the same kind. */
  @ParameterizedTest
  @CsvSource({"'my\tline', my?line", "'  ', ?"})
  void aFolderOfAnyNameIsRecorded(String name, String recorded) throws IOException {
    TrainingRequest r = request("a", 1, SEED);
    ModelMaker maker = ModelMaker.command("train", folder.resolve(name));
    ModelConfig trained =
        TrainingRun.execute(ChangedRequest.of(r).maker(maker).request(), TrainingListener.SILENT);
    assertEquals(recorded, trained.provenance().created().dataset());
    assertEquals(recorded, Provenance.name(folder.resolve(name)), "files of weights");
  }

  /** A copy of a known image is no new image: what is measured on it promises nothing. */
  @Test
  void heldOutSharesHoldNoCopiesOfOtherImages() throws IOException {
    TrainingRequest request = request("a", 2, SEED);
    Split split = request.split();
    Path learned = split.fit().get(0).image();
    Files.copy(learned, split.validation().get(0).image(), REPLACE_EXISTING);
    Files.copy(learned, split.calibration().get(0).image(), REPLACE_EXISTING);
    Path measured = split.calibration().get(1).image();
    Files.copy(measured, split.calibration().get(2).image(), REPLACE_EXISTING);
    TrainingRun run = new TrainingRun(request, (done, all) -> {});
    assertEquals(3, run.copies());
    ModelConfig trained = run.fromImages(Device.CPU, TrainingListener.SILENT);
    assertEquals(1, trained.calibration().goodImages());
    assertEquals(6, trained.training().images());
    Provenance.TrainingImages images = trained.provenance().created().images();
    assertEquals(2, images.validation().size());
    assertEquals(List.of(ImageDigests.of(measured)), images.calibration());
  }

  /** Running statistics of batch norms, and maxima over the training images, are state too. */
  @ParameterizedTest
  @EnumSource(
      value = ModelKind.class,
      names = {"MS_FLOW", "CFLOW", "CS_FLOW", "FASTFLOW", "DIFFERNET", "CL_FLOW"})
  void aRunOfAnyModelResumesAndOpensBitForBit(ModelKind kind) throws IOException {
    ModelConfig config = TinyLine.config(kind, small(kind), SIZE, SIZE, SEED);
    TrainingRequest through = request("a", config, 4);
    List<Double> heldOut = new ArrayList<>();
    TrainingRun.execute(through, onEpoch(epoch -> heldOut.add(epoch.validationNll())));
    assertTrue(heldOut.get(3) < heldOut.get(0), kind + " does not learn: " + heldOut);
    byte[] uninterrupted = Files.readAllBytes(through.output());
    TrainingRequest stopped = request("b", config, 4);
    stopAfter(2, stopped);
    TrainingRun.execute(ChangedRequest.of(stopped).resume(true).request(), TrainingListener.SILENT);
    assertArrayEquals(uninterrupted, Files.readAllBytes(stopped.output()));
    try (AnomalyModel opened = AnomalyModel.open(through.output())) {
      Map<String, StoredTensor> learned = opened.parameters().storeLearned();
      assertEquals(
          kind == ModelKind.MS_FLOW,
          learned.keySet().stream().anyMatch(name -> name.endsWith(".bn1.running_mean")));
      learned.forEach(
          (name, tensor) -> {
            for (float value : tensor.toFloats()) {
              assertTrue(Float.isFinite(value), name + " is " + value);
              assertFalse(name.endsWith("running_mean") && value == 0, name + " never moved");
            }
          });
    }
  }

  static Method small(ModelKind kind) {
    return switch (kind) {
      case MS_FLOW -> new MsFlow(3, List.of(3, 1), 8);
      case CFLOW -> new CFlow(2, 8, SoftClamp.TANH, 16);
      case CS_FLOW -> new CsFlow(List.of(3), 8);
      case FASTFLOW -> new FastFlow(2, List.of(3, 1), 0.5, SoftClamp.TANH);
      case DIFFERNET -> new DifferNet(2, List.of(8L), 2, 5);
      case U_FLOW -> new UFlow(2, SoftClamp.TANH);
      case CL_FLOW -> ClFlow.on(new FastFlow(2, List.of(3, 1), 0.5, SoftClamp.TANH));
      case PADIM -> new Padim(5, 0.01, 4);
    };
  }

  private TrainingRequest request(String name, ModelConfig config, int epochs) {
    return TinyLine.request(
        config, dataset, TinyLine.epochs(epochs, SEED), folder.resolve(name + ".flowline"));
  }

  @Test
  void aCheckpointOfAnotherLearningRateIsRefused() throws IOException {
    TrainingRequest stopped = request("a", 6, SEED);
    stopAfter(2, stopped);
    TrainingConfig t = stopped.training();
    TrainingConfig faster = t.withAdam(t.adam().withLearningRate(3e-3));
    refused(resume(stopped, stopped.config(), dataset, faster), "learningRate=0.003");
  }

  @Test
  void aCheckpointOfOtherImagesIsRefused() throws IOException {
    TrainingRequest stopped = request("a", 6, SEED);
    stopAfter(2, stopped);
    Dataset other = TinyLine.dataset(folder.resolve("other"), 2, 12, SIZE, SIZE);
    refused(resume(stopped, stopped.config(), other, stopped.training()), "features");
  }

  /** A group moves an image from one part of the split to another. */
  @Test
  void aCheckpointOfOtherGroupsIsRefused() throws IOException {
    TrainingRequest stopped = request("a", 6, SEED);
    stopAfter(2, stopped);
    Path learned = stopped.split().fit().get(0).image();
    Path held = stopped.split().heldOut().get(0).image();
    Dataset together = dataset.grouped(List.of(List.of(learned, held)));
    refused(resume(stopped, stopped.config(), together, stopped.training()), "features");
  }

  @Test
  void aCheckpointOfAShallowerFlowIsRefused() throws IOException {
    TrainingRequest stopped = request("a", 6, SEED);
    stopAfter(2, stopped);
    ModelConfig c = stopped.config();
    ModelConfig deeper =
        new ModelConfig(
            c.model(),
            c.category(),
            c.extractor(),
            c.preprocessing(),
            new UFlow(3, SoftClamp.TANH),
            c.seed(),
            c.segmentation());
    refused(resume(stopped, deeper, dataset, stopped.training()), "steps=3");
  }

  @Test
  void aDamagedCheckpointIsRefused() throws IOException {
    TrainingRequest stopped = request("a", 6, SEED);
    stopAfter(2, stopped);
    byte[] whole = Files.readAllBytes(stopped.checkpoint());
    Files.write(stopped.checkpoint(), Arrays.copyOf(whole, whole.length / 2));
    refused(resume(stopped, stopped.config(), dataset, stopped.training()), "checkpoint");
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing optimizer", "broken JSON", "no progress", "altered"})
  void aCheckpointThatIsNotWholeIsRefused(String fault) throws IOException {
    TrainingRequest stopped = request("a", 6, SEED);
    stopAfter(2, stopped);
    Safetensors whole = Safetensors.read(stopped.checkpoint());
    Map<String, StoredTensor> tensors = new LinkedHashMap<>(whole.tensors());
    String text = whole.metadata().get("flowline.training");
    switch (fault) {
      case "missing optimizer" -> tensors.remove("optimizer");
      case "broken JSON" -> text = text.substring(1);
      case "no progress" -> text = "null";
      default -> {
        String weights = tensors.keySet().iterator().next();
        tensors.put(weights, negated(tensors.get(weights)));
      }
    }
    String digest =
        fault.equals("altered")
            ? whole.metadata().get(ContentDigest.KEY)
            : ContentDigest.of(text, tensors);
    new Safetensors(Map.of("flowline.training", text, ContentDigest.KEY, digest), tensors)
        .write(stopped.checkpoint());
    refused(resume(stopped, stopped.config(), dataset, stopped.training()), "checkpoint");
  }

  private static StoredTensor negated(StoredTensor tensor) {
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = -values[i];
    }
    return StoredTensor.of(values, tensor.shape());
  }

  @Test
  void largeImagesAreReadOneByOne() {
    assertEquals(8, Extraction.readAtOnce(Preprocessing.imageNet(SIZE, SIZE)));
    assertEquals(1, Extraction.readAtOnce(Preprocessing.imageNet(2048, 2448)));
    assertEquals(2, Extraction.readAtOnce(Preprocessing.imageNet(1600, 1600)));
  }

  @Test
  void theNllOfHeldOutGoodImagesFalls() throws IOException {
    List<EpochRecord> epochs = new ArrayList<>();
    ModelConfig trained = TrainingRun.execute(request("a", 8, SEED), onEpoch(epochs::add));
    double first = epochs.get(0).validationNll();
    double last = epochs.get(7).validationNll();
    assertTrue(last < first, first + " to " + last);
    assertTrue(epochs.get(7).trainNll() < epochs.get(0).trainNll());
    assertEquals(trained.training().validationNll(), min(epochs));
  }

  @Test
  void trainingStopsWhenPatienceIsExhaustedAndKeepsTheBestWeights() throws IOException {
    int patience = 3;
    TrainingRequest request = request("a", 200, SEED);
    TrainingConfig eager = withoutDecay(200).withPatience(patience);
    List<EpochRecord> epochs = new ArrayList<>();
    Map<Integer, Map<String, StoredTensor>> weights = new LinkedHashMap<>();
    ModelConfig trained =
        TrainingRun.execute(
            ChangedRequest.of(request).calibration(CalibrationPlan.NONE).training(eager).request(),
            onEpoch(epochs::add));
    int ran = epochs.size();
    assertTrue(ran < 200, "no early stop");
    int best = 0;
    for (int i = 1; i < ran; i++) {
      best = epochs.get(i).validationNll() < epochs.get(best).validationNll() ? i : best;
    }
    assertEquals(best + 1 + patience, ran);
    assertEquals(best + 1, trained.training().selectedEpoch());
    assertEquals(ran, trained.training().epochs());
    assertEquals(epochs.get(best).validationNll(), trained.training().validationNll());
    double running = Double.POSITIVE_INFINITY;
    for (EpochRecord epoch : epochs) {
      assertEquals(epoch.validationNll() < running, epoch.best(), "epoch " + epoch.epoch());
      running = Math.min(running, epoch.validationNll());
    }

    TrainingRequest upToBest = request("b", best + 1, SEED);
    TrainingConfig exactly = withoutDecay(best + 1);
    TrainingRun.execute(
        ChangedRequest.of(upToBest).calibration(CalibrationPlan.NONE).training(exactly).request(),
        TrainingListener.SILENT);
    assertEquals(weightsOf(upToBest.output()), weightsOf(request.output()));
  }

  private static TrainingConfig withoutDecay(int epochs) {
    return TrainingConfig.of(epochs, 4, 2e-2, SEED).withWeightDecay(0).withCheckpointEvery(50);
  }

  /** Of DifferNet both are made of several rotations of an image. */
  @ParameterizedTest
  @EnumSource(
      value = ModelKind.class,
      names = {"U_FLOW", "DIFFERNET", "PADIM"})
  void log10EpsilonComesFromImagesThatDidNothingElse(ModelKind kind) throws IOException {
    TrainingRequest request = request("a", TinyLine.config(kind, small(kind), SIZE, SIZE, SEED), 4);
    ModelConfig trained = TrainingRun.execute(request, TrainingListener.SILENT);
    List<Sample> held = Split.of(dataset.train(), 0.25, 0.25, SEED).calibration();
    assertEquals(3, held.size());
    double smallest = Double.POSITIVE_INFINITY;
    try (Inspector inspector = Inspector.open(request.output())) {
      for (Sample sample : held) {
        smallest = Math.min(smallest, inspector.inspect(sample.image()).log10Nfa());
      }
      assertEquals(trained.segmentation(), inspector.test());
    }
    double tolerance = 1e-3 * Math.abs(smallest);
    assertEquals(smallest, trained.calibration().log10Epsilon(), tolerance);
    assertEquals(3, trained.calibration().goodImages());
    assertEquals(0.25, trained.calibration().guaranteed());
    assertEquals(smallest, trained.segmentation().log10Epsilon(), tolerance);
  }

  @Test
  void withoutHeldOutImagesTheLastEpochIsKeptAndNothingIsCalibrated() throws IOException {
    TrainingRequest request = request("a", 2, SEED);
    List<EpochRecord> epochs = new ArrayList<>();
    ModelConfig trained =
        TrainingRun.execute(
            ChangedRequest.of(request)
                .calibration(
                    new CalibrationPlan(NullHypothesis.CALIBRATED, 0, CalibrationPlan.USUAL_RATE))
                .validationFraction(0)
                .request(),
            onEpoch(epochs::add));
    assertEquals(null, epochs.get(1).validationNll());
    assertEquals(2, trained.training().selectedEpoch());
    assertEquals(12, trained.training().images());
    assertEquals(null, trained.calibration());
    assertEquals(0, trained.segmentation().log10Epsilon());
  }

  @Test
  void aCorruptImageIsNamed() throws IOException {
    Path corrupt = dataset.train().get(5).image();
    byte[] whole = Files.readAllBytes(corrupt);
    Files.write(corrupt, Arrays.copyOf(whole, whole.length / 2));
    TrainingRequest request = request("a", 2, SEED);
    IOException e =
        assertThrows(
            IOException.class, () -> TrainingRun.execute(request, TrainingListener.SILENT));
    assertTrue(e.getMessage().contains(corrupt.toString()), e.getMessage());
    assertFalse(Files.exists(request.output()));
  }

  @Test
  void aStoppedRunIsNotOverwrittenByMistake() throws IOException {
    TrainingRequest stopped = request("a", 6, SEED);
    stopAfter(2, stopped);
    byte[] before = Files.readAllBytes(stopped.checkpoint());
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> TrainingRun.execute(stopped, TrainingListener.SILENT));
    assertEquals(
        stopped.checkpoint() + " holds epoch 2 of an earlier run: add --resume, or delete it",
        e.getMessage());
    assertArrayEquals(before, Files.readAllBytes(stopped.checkpoint()));
  }

  @Test
  void aFinishedRunIsNotResumed() throws IOException {
    TrainingRequest request = request("a", 2, SEED);
    byte[] finished = bytesOf(request);
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> bytesOf(ChangedRequest.of(request).resume(true).request()));
    assertTrue(e.getMessage().startsWith(request.output() + " is finished"), e.getMessage());
    assertArrayEquals(finished, Files.readAllBytes(request.output()));
  }

  private void refused(TrainingRequest request, String reason) throws IOException {
    byte[] before = Files.readAllBytes(request.checkpoint());
    IOException e =
        assertThrows(
            IOException.class, () -> TrainingRun.execute(request, TrainingListener.SILENT));
    assertTrue(e.getMessage().contains(request.checkpoint().toString()), e.getMessage());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
    assertArrayEquals(before, Files.readAllBytes(request.checkpoint()));
    assertFalse(Files.exists(request.output()));
  }

  private static void stopAfter(int epoch, TrainingRequest request) {
    class Stop extends RuntimeException {}
    TrainingListener stopping =
        new TrainingListener() {
          @Override
          public void checkpointWritten(int written) {
            if (written == epoch) {
              throw new Stop();
            }
          }
        };
    assertThrows(Stop.class, () -> TrainingRun.execute(request, stopping));
  }

  private TrainingRequest request(String name, int epochs, long seed) {
    return TinyLine.request(
        TinyLine.config(SIZE, SIZE, seed),
        dataset,
        TinyLine.epochs(epochs, seed),
        folder.resolve(name + ".flowline"));
  }

  private static TrainingRequest resume(
      TrainingRequest r, ModelConfig config, Dataset dataset, TrainingConfig training) {
    return ChangedRequest.of(r)
        .config(config)
        .dataset(dataset)
        .training(training)
        .resume(true)
        .request();
  }

  private static byte[] bytesOf(TrainingRequest request) throws IOException {
    TrainingRun.execute(request, TrainingListener.SILENT);
    return Files.readAllBytes(request.output());
  }

  private static Map<String, List<Float>> weightsOf(Path file) throws IOException {
    Map<String, List<Float>> weights = new LinkedHashMap<>();
    try (AnomalyModel model = AnomalyModel.open(file)) {
      model
          .parameters()
          .storeLearned()
          .forEach(
              (name, tensor) -> {
                List<Float> values = new ArrayList<>();
                for (float value : tensor.toFloats()) {
                  values.add(value);
                }
                weights.put(name, values);
              });
    }
    return weights;
  }

  private static Double min(List<EpochRecord> epochs) {
    return epochs.stream().map(EpochRecord::validationNll).min(Double::compare).orElseThrow();
  }

  private static TrainingListener onEpoch(Consumer<EpochRecord> consumer) {
    return new TrainingListener() {
      @Override
      public void epochDone(EpochRecord epoch) {
        consumer.accept(epoch);
      }
    };
  }
}
