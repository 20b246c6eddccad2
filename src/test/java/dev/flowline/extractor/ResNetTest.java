package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.ParameterSpec;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResNetTest {
  private Map<String, StoredTensor> parameters;

  @Test
  void basicBlocksEqualPlainLoops() {
    var basic = new ResNet.Variant("basic", ResNet.Block.BASIC, List.of(1, 1, 2, 1), 4, 4);
    check(new ResNet(basic), 32, 48, 0);
    check(new ResNet(basic, ResNet.Output.COARSE), 32, 64, 1);
  }

  @Test
  void bottlenecksEqualPlainLoops() {
    var bottleneck =
        new ResNet.Variant("bottleneck", ResNet.Block.BOTTLENECK, List.of(1, 2, 1, 2), 8, 3);
    check(new ResNet(bottleneck), 32, 48, 0);
    check(new ResNet(bottleneck, ResNet.Output.COARSE), 64, 32, 1);
  }

  /** torchvision's count less stage 4, the classifier and one of a batch norm's two vectors. */
  @Test
  void parameterCounts() {
    assertEquals(11_689_512 - 8_393_728 - 513_000 - 2_240, frozen(ResNet.Variant.RESNET18));
    assertEquals(21_797_672 - 13_114_368 - 513_000 - 4_928, frozen(ResNet.Variant.RESNET34));
    CostOps cost = new CostOps();
    ResNet wide = new ResNet(ResNet.Variant.WIDE_RESNET50_2);
    wide.normalize(cost, wide.features(cost, new long[] {1, 3, 448, 448}));
    assertEquals(11_239_424, cost.trainableParameters());
  }

  /** torchvision's counts: all four stages, a batch norm's second vector, the classifier. */
  @Test
  void parameterCountsOfWholeNetworks() {
    assertEquals(11_689_512, whole(ResNet.Variant.RESNET18));
    assertEquals(21_797_672, whole(ResNet.Variant.RESNET34));
    assertEquals(25_557_032, whole(ResNet.Variant.RESNET50));
    assertEquals(44_549_160, whole(ResNet.Variant.RESNET101));
    assertEquals(68_883_240, whole(ResNet.Variant.WIDE_RESNET50_2));
    assertEquals(126_886_696, whole(ResNet.Variant.WIDE_RESNET101_2));
  }

  /** CFlow-AD's: layers 2 to 4, without a trainable part of its own. */
  @Test
  void coarseStagesAreGivenAsTheyAre() {
    ResNet wide = new ResNet(ResNet.Variant.WIDE_RESNET50_2, ResNet.Output.COARSE);
    CostOps cost = new CostOps();
    List<long[]> features = wide.features(cost, new long[] {1, 3, 256, 128});
    assertArrayEquals(new long[] {1, 512, 32, 16}, features.get(0));
    assertArrayEquals(new long[] {1, 1024, 16, 8}, features.get(1));
    assertArrayEquals(new long[] {1, 2048, 8, 4}, features.get(2));
    assertEquals(features, wide.normalize(cost, features));
    assertEquals(0, cost.trainableParameters());
    assertThrows(IllegalArgumentException.class, () -> wide.requireInput(256, 144));
  }

  private static long whole(ResNet.Variant variant) {
    long count = 0;
    ResNet coarse = new ResNet(variant, ResNet.Output.COARSE);
    for (ParameterSpec spec : coarse.frozenParameters(32, 32)) {
      count += spec.elements() * (spec.name().endsWith(".bias") ? 2 : 1);
    }
    long channels = variant.channels() << 3;
    return count + channels * 1000 + 1000;
  }

  @Test
  void strides() {
    List<long[]> shapes = new ResNet(ResNet.Variant.WIDE_RESNET50_2).featureShapes(96, 64);
    assertArrayEquals(new long[] {256, 24, 16}, shapes.get(0));
    assertArrayEquals(new long[] {512, 12, 8}, shapes.get(1));
    assertArrayEquals(new long[] {1024, 6, 4}, shapes.get(2));
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new ResNet(ResNet.Variant.RESNET18).featureShapes(64, 72));
    assertEquals(
        "input 64 x 72: resnet18 takes heights and widths that are multiples of 16",
        e.getMessage());
  }

  private static long frozen(ResNet.Variant variant) {
    CostOps cost = new CostOps();
    new ResNet(variant).features(cost, new long[] {1, 3, 64, 64});
    return cost.frozenParameters();
  }

  /** Channels by rows by columns. */
  private record Map3(double[] values, int channels, int height, int width) {
    double at(int c, int y, int x) {
      boolean inside = y >= 0 && y < height && x >= 0 && x < width;
      return inside ? values[(c * height + y) * width + x] : 0;
    }
  }

  private void check(ResNet resNet, int height, int width, int first) {
    parameters = Frozen.random(resNet.frozenParameters(height, width), 1);
    StoredTensor image = Frozen.random(new Random(2), 1, 3, height, width);
    List<StoredTensor> actual = Frozen.run(resNet, parameters, image);
    Map3 x = maxPool(relu(conv("conv1", new Map3(image.toDoubles(), 3, height, width), 2)));
    for (int stage = 0; stage < first + 3; stage++) {
      for (int block = 0; block < resNet.variant().blocks().get(stage); block++) {
        x = block(resNet, "layer" + (stage + 1) + "." + block, x, stage > 0 && block == 0 ? 2 : 1);
      }
      if (stage < first) {
        continue;
      }
      StoredTensor expected = StoredTensor.of(floats(x.values), 1, x.channels, x.height, x.width);
      double bound = 1e-5 * TestInput.absoluteMaximum(expected);
      TestInput.assertClose(expected, actual.get(stage - first), bound, "stage " + stage);
    }
  }

  private Map3 block(ResNet resNet, String name, Map3 x, int stride) {
    Map3 y;
    if (resNet.variant().block() == ResNet.Block.BASIC) {
      y = conv(name + ".conv2", relu(conv(name + ".conv1", x, stride)), 1);
    } else {
      y = relu(conv(name + ".conv2", relu(conv(name + ".conv1", x, 1)), stride));
      y = conv(name + ".conv3", y, 1);
    }
    boolean projected =
        parameters.containsKey(FeatureExtractor.PREFIX + name + ".downsample.0.weight");
    assertEquals(stride == 2 || x.channels != y.channels, projected, name);
    Map3 shortcut = projected ? conv(name + ".downsample.0", x, stride) : x;
    for (int i = 0; i < y.values.length; i++) {
      y.values[i] += shortcut.values[i];
    }
    return relu(y);
  }

  private Map3 conv(String name, Map3 x, int stride) {
    StoredTensor weight = parameters.get(FeatureExtractor.PREFIX + name + ".weight");
    double[] w = weight.toDoubles();
    double[] bias = parameters.get(FeatureExtractor.PREFIX + name + ".bias").toDoubles();
    int k = (int) weight.shape()[2];
    int height = (x.height - 1) / stride + 1;
    int width = (x.width - 1) / stride + 1;
    Map3 y = new Map3(new double[bias.length * height * width], bias.length, height, width);
    for (int i = 0; i < y.values.length; i++) {
      int o = i / (height * width);
      int row = i / width % height * stride - k / 2;
      int column = i % width * stride - k / 2;
      double sum = bias[o];
      for (int j = 0; j < x.channels * k * k; j++) {
        sum += w[o * x.channels * k * k + j] * x.at(j / (k * k), row + j / k % k, column + j % k);
      }
      y.values[i] = sum;
    }
    return y;
  }

  private static Map3 maxPool(Map3 x) {
    int height = x.height / 2;
    int width = x.width / 2;
    Map3 y = new Map3(new double[x.channels * height * width], x.channels, height, width);
    for (int i = 0; i < y.values.length; i++) { // of what relu has left: padding by 0 is harmless
      for (int j = 0; j < 9; j++) {
        int row = i / width % height * 2 + j / 3 - 1;
        y.values[i] =
            Math.max(y.values[i], x.at(i / (height * width), row, i % width * 2 + j % 3 - 1));
      }
    }
    return y;
  }

  private static Map3 relu(Map3 x) {
    for (int i = 0; i < x.values.length; i++) {
      x.values[i] = Math.max(0, x.values[i]);
    }
    return x;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
