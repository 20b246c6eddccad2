package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.ForeignFiles;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.extractor.PretrainedWeights;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.Preprocessing;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.TensorCopy;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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
    try (AnomalyModel model = AnomalyModel.open(saved)) {
      assertEquals(config, model.config());
      List<StoredTensor> again = latents(model, images);
      assertEquals(2, again.size());
      for (int i = 0; i < again.size(); i++) {
        assertEquals(latents.get(i).bytes(), again.get(i).bytes());
      }
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
