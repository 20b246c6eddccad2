package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.ChildJvm;
import dev.flowline.ForeignFiles;
import dev.flowline.extractor.PlainLoops.Map3;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.ForeignNetwork;
import dev.flowline.nn.OnnxTensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
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
    FileNetwork.Settings settings = NetworkProbe.of(NetworkFile.of(file.toString()), 8, 8);
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
        "return fine.view([1, 4, 8, 8]) | (it works on one image alone: export it for any number of images)",
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

  /** PyTorch's exporter makes networks for one image, if it is not told otherwise. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void aNetworkForSomeImagesAtOnceIsRunOnAnyNumber(int batch) throws IOException {
    Path any = ForeignFiles.onnx(folder.resolve("any.onnx"), WEIGHT, 0);
    Path some = ForeignFiles.onnx(folder.resolve("some.onnx"), WEIGHT, batch);
    for (int images : new int[] {1, 3, 4, 5}) {
      StoredTensor input = Frozen.random(new Random(2), images, 3, 16, 24);
      assertSameFeatures(features(any.toString(), input), features(some.toString(), input));
    }
  }

  @Test
  void theSameNetworkForOneImageAndForAnyGivesTheSameFeatures() throws IOException {
    StoredTensor input = Frozen.random(new Random(2), 3, 3, 64, 64);
    assertSameFeatures(
        features(resource("onnx-fixed-batch/inline.onnx", "inline.onnx").toString(), input),
        features(resource("onnx-fixed-batch/fixed1.onnx", "fixed1.onnx").toString(), input));
  }

  /** The second file lies beside the first; another one of its name lies in the working folder. */
  @Test
  void weightsInASecondFileArePutIn() throws IOException {
    Path inline = resource("onnx-fixed-batch/inline.onnx", "inline.onnx");
    Path net = resource("onnx-external/net.onnx", "net.onnx");
    resource("onnx-external/net.onnx.data", "net.onnx.data");
    Path other = Path.of("net.onnx.data");
    Files.copy(resource("onnx-external/other-net.onnx.data", "other"), other);
    try {
      StoredTensor input = Frozen.random(new Random(2), 2, 3, 64, 64);
      assertSameFeatures(features(inline.toString(), input), features(net.toString(), input));
    } finally {
      Files.delete(other);
    }
    Files.delete(folder.resolve("net.onnx.data"));
    assertEquals(
        "%s is no network: no TorchScript program and no ONNX model, its weights lie in %s, which is not there: keep the two files together"
            .formatted(net, net.resolveSibling("net.onnx.data")),
        failure(net));
  }

  /** A model file of an older version, or a hostile one, may refer to another file. */
  @Test
  void nothingOutsideIsReadWhenANetworkIsOpened() throws IOException {
    byte[] net = Files.readAllBytes(resource("onnx-external/net.onnx", "net.onnx"));
    Path other = Path.of("net.onnx.data");
    Files.copy(resource("onnx-external/other-net.onnx.data", "other"), other);
    try {
      var e =
          assertThrows(IOException.class, () -> ForeignNetwork.open(ByteBuffer.wrap(net)).close());
      assertEquals(
          "no TorchScript program and no ONNX model, tensor a.weight lies in another file, net.onnx.data, and nothing outside of this one is read",
          e.getMessage());
    } finally {
      Files.delete(other);
    }
  }

  @Test
  void innerTensorsOfAnOnnxFileAreFeatures() throws IOException {
    Path net = resource("onnx-fixed-batch/fixed1.onnx", "fixed1.onnx");
    List<OnnxTensors.FeatureMap> maps = NetworkFile.of(net.toString()).featureMaps(256, 256);
    assertEquals(
        List.of("Conv", "Relu", "Conv", "Relu", "Conv", "Relu"),
        maps.stream().map(OnnxTensors.FeatureMap::operator).toList());
    OnnxTensors.FeatureMap relu = maps.get(1);
    assertEquals("/Relu_output_0", relu.name());
    OnnxTensors.FeatureMap last = maps.get(4);

    String names = relu.name() + "," + last.name();
    ExtractorConfig config = ExtractorConfig.named("file:" + net + ":" + names, 64, 64);
    assertEquals("file:fixed1.onnx:" + names, config.name());
    assertEquals(List.of(shape(relu), shape(last)), config.network().shapes());
    StoredTensor input = Frozen.random(new Random(2), 2, 3, 64, 64);
    List<StoredTensor> inner = features(net + ":" + names, input);
    assertArrayEquals(
        new long[] {2, last.channels(), last.height(), last.width()}, inner.get(1).shape());
    for (float value : inner.get(0).toFloats()) {
      assertTrue(value >= 0, "a rectifier's output is " + value);
    }
    ObjectMapper json = new ObjectMapper();
    assertEquals(config, json.readValue(json.writeValueAsString(config), ExtractorConfig.class));
  }

  /** ONNX Runtime matches the whole command line when it starts. */
  @Test
  void aLongCommandLineIsNoCrash() throws Exception {
    Path net = resource("onnx-fixed-batch/fixed1.onnx", "fixed1.onnx");
    String[] arguments = {net.toString(), "x".repeat(100_000)};
    var outcome = ChildJvm.run(ChildJvm.of(OpenNetwork.class, 0, List.of(), arguments));
    assertEquals(0, outcome.exitCode(), outcome.output());
  }

  /** Opens a network. */
  static final class OpenNetwork {
    public static void main(String[] arguments) throws IOException {
      ExtractorConfig.named("file:" + arguments[0], 64, 64);
    }
  }

  @Test
  void whatIsNoInnerTensorIsOneClearError() throws IOException {
    Path net = ForeignFiles.onnx(folder.resolve("with:colon.onnx"), WEIGHT, 0);
    assertEquals(
        List.of(List.of(4L, 4L, 6L)),
        ExtractorConfig.named("file:" + net + ":coarse", 16, 24).network().shapes());
    var wrong =
        assertThrows(
            IllegalArgumentException.class,
            () -> ExtractorConfig.named("file:" + net + ":coarsest", 16, 24));
    assertEquals(
        "%s has no tensor coarsest; nearest of its 2 are coarse, fine; 'flowline info file:%s' lists all"
            .formatted(net, net),
        wrong.getMessage());
    Path program = file("tuple.pt");
    for (Executable refused :
        List.<Executable>of(
            () -> ExtractorConfig.named("file:" + program + ":fine", 16, 24),
            () -> NetworkFile.of(program.toString()).featureMaps(16, 16))) {
      var e = assertThrows(IllegalArgumentException.class, refused);
      assertTrue(e.getMessage().startsWith(program + " is no ONNX file"), e.getMessage());
    }
  }

  /** What comes behind the first line of ONNX Runtime's message says what is wrong. */
  @Test
  void messagesOfOnnxRuntimeAreWhole() throws IOException {
    Path net = resource("onnx-fixed-batch/fixed1.onnx", "fixed1.onnx");
    var e =
        assertThrows(
            IOException.class, () -> NetworkProbe.of(NetworkFile.of(net.toString()), 32, 32));
    assertTrue(e.getMessage().contains("Got: 32 Expected: 64"), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
  }

  @Test
  void aModelFileNamesNoFolderOfTheMachine() throws IOException {
    Path file = file("tuple.pt");
    ExtractorConfig config = ExtractorConfig.named("file:" + file, 16, 24);
    String json = new ObjectMapper().writeValueAsString(config);
    assertFalse(json.contains(folder.toString()), json);
    assertFalse(config.toString().contains(folder.toString()), config.toString());
    assertEquals("file:tuple.pt", config.name());

    String old = json.replace("tuple.pt", "/home/somebody/secret project/tuple.pt");
    ExtractorConfig read = new ObjectMapper().readValue(old, ExtractorConfig.class);
    assertEquals(config, read);
    assertEquals("file:tuple.pt", read.name());
    assertThrows(
        IllegalStateException.class,
        () -> PretrainedWeights.load(read, List.of(), Optional.empty()));
  }

  private static List<StoredTensor> features(String file, StoredTensor images) throws IOException {
    long[] s = images.shape();
    ExtractorConfig config = ExtractorConfig.named("file:" + file, (int) s[2], (int) s[3]);
    return Frozen.run(
        config.create(), PretrainedWeights.load(config, List.of(), Optional.empty()), images);
  }

  private static void assertSameFeatures(List<StoredTensor> expected, List<StoredTensor> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i).shape(), actual.get(i).shape());
      assertArrayEquals(expected.get(i).toFloats(), actual.get(i).toFloats(), 1e-5f);
    }
  }

  private static List<Long> shape(OnnxTensors.FeatureMap map) {
    return List.of(map.channels(), map.height(), map.width());
  }

  private Path resource(String name, String as) throws IOException {
    Path copy = folder.resolve(as);
    try (InputStream in = FileNetworkTest.class.getResourceAsStream(name)) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    return copy;
  }

  @Test
  void anotherFileOrSizeOrWeightsAreRefused() throws IOException {
    Path file = file("tuple.pt");
    ExtractorConfig config = ExtractorConfig.named("file:" + file, 16, 24);
    var size =
        assertThrows(IllegalArgumentException.class, () -> config.create().requireInput(24, 16));
    assertEquals(
        "input 24 x 16: what tuple.pt returns is known for 16 x 24 only", size.getMessage());
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
    return assertThrows(
            IOException.class, () -> NetworkProbe.of(NetworkFile.of(file.toString()), 16, 16))
        .getMessage();
  }

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    return name.endsWith(".onnx")
        ? ForeignFiles.onnx(file, WEIGHT, 0)
        : ForeignFiles.torchScript(
            file, WEIGHT, name.startsWith("list") ? "return [fine, coarse]" : ForeignFiles.BOTH);
  }
}
