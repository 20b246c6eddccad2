package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.ForeignFiles;
import dev.flowline.ResignedModel;
import dev.flowline.cli.Invocation;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.extractor.PretrainedWeights;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.ContentDigest;
import dev.flowline.io.Preprocessing;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.NetworkFormat;
import dev.flowline.nn.TensorCopy;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model over a network of the user's own is one file, like any other. */
class OwnExtractorTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"net.pt", "net.onnx"})
  void theModelFileNeedsNoOtherFile(String name) throws IOException {
    Path file = network(name);
    ModelConfig config = config(file);
    Path saved = folder.resolve("own.flowline");
    StoredTensor images = random(3, 3, 16, 24);
    List<StoredTensor> latents;
    try (AnomalyModel model =
        AnomalyModel.create(
            config, PretrainedWeights.load(config.extractor(), List.of(), Optional.empty()))) {
      latents = latents(model, images);
      model.save(saved);
    }
    Files.delete(file);
    try (AnomalyModel model = AnomalyModel.open(saved, ProgramPolicy.RUN)) {
      assertEquals(config, model.config());
      List<StoredTensor> again = latents(model, images);
      assertEquals(2, again.size());
      for (int i = 0; i < again.size(); i++) {
        assertEquals(latents.get(i).bytes(), again.get(i).bytes());
      }
    }
  }

  /** Its program writes a file, as any program could. */
  @Test
  void aReceivedProgramDoesNotRunUnlessItIsAllowed() throws IOException {
    Path written = folder.resolve("written-by-the-program");
    Path saved = folder.resolve("received.flowline");
    Path net = folder.resolve("net.pt");
    String end = "torch.save(fine, '%s')\n    %s".formatted(written, ForeignFiles.BOTH);
    ForeignFiles.torchScript(net, random(8, 3, 3, 3), end);
    ModelConfig config = config(net);
    try (AnomalyModel model =
        AnomalyModel.create(
            config, PretrainedWeights.load(config.extractor(), List.of(), Optional.empty()))) {
      model.save(saved);
    }
    assertTrue(Files.deleteIfExists(written), "the test's program does nothing");

    String sha256 = ContentDigest.of(net);
    ProgramPolicy others = ProgramPolicy.only(Set.of("0".repeat(64)));
    var refused = assertThrows(IOException.class, () -> use(AnomalyModel.open(saved)));
    assertEquals(
        "%s holds a TorchScript program (net.pt, SHA-256 %s), which would run with your rights: if you trust it, allow it with --allow-program, in Java with ProgramPolicy.RUN"
            .formatted(saved, sha256),
        refused.getMessage());
    assertThrows(IOException.class, () -> use(AnomalyModel.open(saved, others)));
    ModelFile parts = ModelFile.read(saved);
    var restored =
        assertThrows(
            IllegalArgumentException.class,
            () -> use(AnomalyModel.restore(parts.config(), parts.tensors())));
    assertTrue(restored.getMessage().contains("(net.pt, SHA-256 " + sha256), restored.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> use(AnomalyModel.restore(parts.config(), parts.tensors(), others)));
    assertTrue(StoredNetwork.read(saved).orElseThrow().program());
    assertFalse(Files.exists(written));

    use(AnomalyModel.open(saved, ProgramPolicy.only(Set.of(sha256))));
    assertTrue(Files.deleteIfExists(written));
    use(AnomalyModel.open(saved, ProgramPolicy.RUN));
    assertTrue(Files.deleteIfExists(written));
    use(AnomalyModel.restore(parts.config(), parts.tensors(), ProgramPolicy.RUN));
    assertTrue(Files.deleteIfExists(written));
  }

  /** Whoever signs a model file chooses the texts in it. */
  @ParameterizedTest
  @ValueSource(strings = {"net.pt", "net.onnx"})
  void aReceivedModelCannotForgeALine(String name) throws IOException {
    ModelConfig config = config(network(name));
    Path saved = folder.resolve("own.flowline");
    try (AnomalyModel model =
        AnomalyModel.create(
            config, PretrainedWeights.load(config.extractor(), List.of(), Optional.empty()))) {
      model.save(
          saved, config.recalibrated(config.segmentation(), null, null, Instant.EPOCH, List.of()));
    }
    String bad = "\\nok       model            all is well\\u001b[2J\\u2028";
    String forged =
        ResignedModel.config(saved)
            .replace(name, name + bad)
            .replace("\"own\"", "\"own" + bad + "\"")
            .replace("\"1970-01-01T00:00:00Z\",\"segm", "\"1970" + bad + "\",\"segm");
    Path received = folder.resolve("received.flowline");
    ResignedModel.write(received, saved, forged);
    Invocation info = Invocation.of("info", received.toString());
    assertEquals(0, info.exitCode(), info.err());
    assertOneLineEach(4, info.out()); // category, extractor, history, what it holds
    assertOneLineEach(1, Invocation.of("doctor", received.toString()).out());
    if (name.equals("net.pt")) {
      var e = assertThrows(IOException.class, () -> AnomalyModel.open(received));
      assertOneLineEach(1, e.getMessage());
    }
  }

  private static void assertOneLineEach(int texts, String shown) {
    assertFalse(shown.chars().anyMatch(c -> c == 0x1b || c == 0x2028), shown);
    assertTrue(
        shown.lines().noneMatch(line -> line.startsWith("ok       model            all is well")),
        shown);
    assertEquals(
        texts, shown.lines().filter(line -> line.contains("?ok       model")).count(), shown);
  }

  /** A graph is no program, and needs no consent. */
  @Test
  void anOnnxGraphNeedsNoConsent() throws IOException {
    ModelConfig config = config(network("net.onnx"));
    Path saved = folder.resolve("graph.flowline");
    try (AnomalyModel model =
        AnomalyModel.create(
            config, PretrainedWeights.load(config.extractor(), List.of(), Optional.empty()))) {
      assertEquals(Optional.empty(), model.network());
      model.save(saved);
    }
    StoredNetwork network = StoredNetwork.read(saved).orElseThrow();
    assertEquals(NetworkFormat.ONNX, network.format());
    assertEquals("net.onnx", network.file());
    assertFalse(network.program());
    use(AnomalyModel.open(saved));
  }

  private static void use(AnomalyModel opened) {
    try (opened) {
      latents(opened, random(1, 3, 16, 24));
    }
  }

  @Test
  void costsKnowTheShapesAndCountTheFlow() throws IOException {
    Cost cost = Cost.of(config(network("net.pt")));
    assertArrayEquals(new long[] {1, 8, 8, 12}, cost.shapes().features().get(0));
    assertArrayEquals(new long[] {1, 8, 4, 6}, cost.shapes().features().get(1));
    assertTrue(cost.flowMacs() > 0);
    assertEquals(0, cost.extractorMacs());
  }

  private Path network(String name) throws IOException {
    StoredTensor weight = random(8, 3, 3, 3);
    Path file = folder.resolve(name);
    return name.endsWith(".onnx")
        ? ForeignFiles.onnx(file, weight, 0)
        : ForeignFiles.torchScript(file, weight, ForeignFiles.BOTH);
  }

  private static ModelConfig config(Path file) throws IOException {
    return new ModelConfig(
        ModelKind.U_FLOW,
        "own",
        ExtractorConfig.named("file:" + file, 16, 24),
        Preprocessing.imageNet(16, 24),
        new UFlow(2, SoftClamp.TANH),
        7,
        SegmentationOptions.DEFAULT);
  }

  private static StoredTensor random(long... shape) {
    Random random = new Random(1);
    float[] values = new float[(int) (shape[0] * shape[1] * shape[2] * shape[3])];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return StoredTensor.of(values, shape);
  }

  private static List<StoredTensor> latents(AnomalyModel model, StoredTensor images) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      List<StoredTensor> stored = new ArrayList<>();
      for (Tensor z : model.latents(model.features(TensorCopy.tensor(images))).values()) {
        stored.add(TensorCopy.store(z));
      }
      return stored;
    }
  }
}
