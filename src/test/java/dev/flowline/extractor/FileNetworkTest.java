package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.ForeignFiles;
import dev.flowline.extractor.PlainLoops.Map3;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileNetworkTest {
  private static final StoredTensor WEIGHT = Frozen.random(new Random(1), 4, 3, 3, 3);

  @TempDir Path folder;

  /** Both formats give what the network is, on another number of images than it was probed with. */
  @ParameterizedTest
  @ValueSource(strings = {"tuple.pt", "list.pt", "net.onnx"})
  void equalsPlainLoops(String name) throws IOException {
    ExtractorConfig config = ExtractorConfig.named("file:" + file(name), 16, 24);
    assertEquals(List.of(List.of(4L, 8L, 12L), List.of(4L, 4L, 6L)), config.network().shapes());
    FeatureExtractor network = config.create();
    assertEquals(List.of(2, 4), network.strides());
    StoredTensor image = Frozen.random(new Random(2), 1, 3, 16, 24);
    Map<String, StoredTensor> parameters =
        PretrainedWeights.load(config, List.of(), Optional.empty());
    List<StoredTensor> actual = Frozen.run(network, parameters, image);
    PlainLoops loops = new PlainLoops(Map.of(FeatureExtractor.PREFIX + "own.weight", WEIGHT));
    Map3 fine = loops.conv("own", Map3.of(image), 2, 1);
    TestInput.assertClose(fine.stored(), actual.get(0), 1e-5, "fine");
    Map3 coarse = PlainLoops.maxPool(fine, 2, 2, 0);
    TestInput.assertClose(coarse.stored(), actual.get(1), 1e-5, "coarse");
  }

  @Test
  void oneTensorIsOneScale() throws IOException {
    Path file = ForeignFiles.torchScript(folder.resolve("one.pt"), WEIGHT, "return coarse");
    FileNetwork.Settings settings = FileNetwork.probe(file, 8, 8);
    assertEquals(List.of(List.of(4L, 2L, 2L)), settings.shapes());
  }

  @Test
  void theConfigurationIsJson() throws IOException {
    ExtractorConfig config = ExtractorConfig.named("file:" + file("tuple.pt"), 16, 24);
    ObjectMapper json = new ObjectMapper();
    assertEquals(config, json.readValue(json.writeValueAsString(config), ExtractorConfig.class));
  }

  @Test
  void whatIsNoNetworkIsOneClearError() throws IOException {
    Path absent = folder.resolve("absent.pt");
    assertEquals("cannot read extractor " + absent + ": no such file or folder", failure(absent));
    Path text = Files.writeString(folder.resolve("notes.txt"), "no network at all");
    assertTrue(
        failure(text)
            .startsWith(text + " is no network: no TorchScript program and no ONNX model, "),
        failure(text));
    Path weights = folder.resolve("weights.safetensors");
    new Safetensors(Map.of(), Map.of("weight", WEIGHT)).write(weights);
    assertTrue(failure(weights).contains("no ONNX model"), failure(weights));
    Path cut = folder.resolve("cut.pt");
    byte[] whole = Files.readAllBytes(file("tuple.pt"));
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    assertTrue(failure(cut).contains("no TorchScript program, LibTorch says: "), failure(cut));
    assertEquals(1, failure(cut).lines().count(), failure(cut));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "return (coarse, fine) | finest first, and output 1 is 8 x 8 after 4 x 4",
        "return fine.sum() | its output 0 is [] instead of a map of features",
        "return fine[0:1] | its output 0 is [1, 4, 8, 8] instead of a map of features (N, C, H, W) with N = 2",
        "return 3 | its output is a Int",
        "return (fine, 'coarse') | its output 1 is a String",
        "return torch.conv2d(fine, self.weight) | expected input",
      })
  void whatIsNoFeaturesIsOneClearError(String endAndError) {
    String[] parts = endAndError.split(" \\| ");
    Path file = ForeignFiles.torchScript(folder.resolve("wrong.pt"), WEIGHT, parts[0]);
    String message = failure(file);
    assertTrue(message.startsWith(file + " on two images of 16 x 16: "), message);
    assertTrue(message.contains(parts[1]), message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void aModelForOneImageIsFoundOut() throws IOException {
    Path file = ForeignFiles.onnx(folder.resolve("one-image.onnx"), WEIGHT, 1);
    String message = failure(file);
    assertTrue(message.startsWith(file + " on two images of 16 x 16: "), message);
  }

  @Test
  void anotherFileOrSizeOrWeightsAreRefused() throws IOException {
    Path file = file("tuple.pt");
    ExtractorConfig config = ExtractorConfig.named("file:" + file, 16, 24);
    var size =
        assertThrows(IllegalArgumentException.class, () -> config.create().requireInput(24, 16));
    assertEquals(
        "input 24 x 16: what " + file + " returns is known for 16 x 24 only", size.getMessage());
    var weights =
        assertThrows(
            IllegalArgumentException.class,
            () -> PretrainedWeights.load(config, List.of(file), Optional.empty()));
    assertTrue(weights.getMessage().contains("brings its weights with it"), weights.getMessage());
    var noSize =
        assertThrows(
            IllegalArgumentException.class,
            () -> ExtractorConfig.named("file:" + file, null, null));
    assertTrue(noSize.getMessage().contains("--input"), noSize.getMessage());
    ForeignFiles.torchScript(file, Frozen.random(new Random(5), 4, 3, 3, 3), ForeignFiles.BOTH);
    var changed =
        assertThrows(
            IOException.class, () -> PretrainedWeights.load(config, List.of(), Optional.empty()));
    assertTrue(changed.getMessage().startsWith(file + " is another file"), changed.getMessage());
  }

  @Test
  void layersBehindAColon() throws IOException {
    ExtractorConfig config = ExtractorConfig.named("efficientnet-b5:20,35", null, null);
    assertEquals(List.of(16, 32), config.create().strides());
    assertEquals(Backbone.EFFICIENTNET_B5, config.backbone());
    assertEquals("swin-t:1,2", ExtractorConfig.named("Swin_T:1,2", null, null).name());
    for (String wrong : List.of("efficientnet-b5:39", "swin-t:2,1", "mvitv2-t:x", "resnet18:2")) {
      var e =
          assertThrows(
              IllegalArgumentException.class, () -> ExtractorConfig.named(wrong, null, null));
      assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    }
  }

  private String failure(Path file) {
    return assertThrows(IOException.class, () -> FileNetwork.probe(file, 16, 16)).getMessage();
  }

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    return name.endsWith(".onnx")
        ? ForeignFiles.onnx(file, WEIGHT, 0)
        : ForeignFiles.torchScript(
            file, WEIGHT, name.startsWith("list") ? "return [fine, coarse]" : ForeignFiles.BOTH);
  }
}
