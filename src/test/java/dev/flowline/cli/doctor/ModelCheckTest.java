package dev.flowline.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.ForeignFiles;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.extractor.PretrainedWeights;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.Preprocessing;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.UFlow;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCheckTest {
  private static final StoredTensor WEIGHT = StoredTensor.of(new float[8 * 27], 8, 3, 3, 3);

  @TempDir Path folder;

  @Test
  void aProgramIsAWarningAndAGraphIsNone() throws IOException {
    Path program = ForeignFiles.torchScript(folder.resolve("net.pt"), WEIGHT, ForeignFiles.BOTH);
    Finding warned = finding(model(program));
    assertEquals(Status.WARNING, warned.status());
    assertTrue(warned.found().contains("a TorchScript program, which runs with"), warned.found());
    assertTrue(warned.fix().contains("--allow-program"), warned.fix());
    Finding fine = finding(model(ForeignFiles.onnx(folder.resolve("net.onnx"), WEIGHT, 0)));
    assertEquals(Status.OK, fine.status());
    assertTrue(fine.found().contains("an ONNX graph; no code runs (net.onnx, "), fine.found());
    Path none = Files.writeString(folder.resolve("none.flowline"), "no model at all, but a text");
    assertEquals(Status.WARNING, finding(none).status());
  }

  private static Finding finding(Path model) {
    return new ModelCheck(model).findings().get(0);
  }

  private Path model(Path network) throws IOException {
    ExtractorConfig extractor = ExtractorConfig.named("file:" + network, 16, 24);
    ModelConfig config =
        new ModelConfig(
            ModelKind.U_FLOW,
            "own",
            extractor,
            Preprocessing.imageNet(16, 24),
            new UFlow(2, SoftClamp.TANH),
            7,
            SegmentationOptions.DEFAULT);
    Path saved = folder.resolve(network.getFileName() + ".flowline");
    try (AnomalyModel model =
        AnomalyModel.create(
            config, PretrainedWeights.load(extractor, List.of(), Optional.empty()))) {
      model.save(saved);
    }
    return saved;
  }
}
