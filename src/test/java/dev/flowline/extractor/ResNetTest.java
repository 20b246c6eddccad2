package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flowline.extractor.PlainLoops.Map3;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.ParameterSpec;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResNetTest {
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

  private static void check(ResNet resNet, int height, int width, int first) {
    PlainLoops loops = new PlainLoops(Frozen.random(resNet.frozenParameters(height, width), 1));
    StoredTensor image = Frozen.random(new Random(2), 1, 3, height, width);
    List<StoredTensor> actual = Frozen.run(resNet, loops.parameters(), image);
    Map3 x = PlainLoops.relu(loops.conv("conv1", Map3.of(image), 2, 1));
    x = PlainLoops.maxPool(x, 3, 2, 1);
    for (int stage = 0; stage < first + 3; stage++) {
      for (int block = 0; block < resNet.variant().blocks().get(stage); block++) {
        String name = "layer" + (stage + 1) + "." + block;
        x = block(loops, resNet, name, x, stage > 0 && block == 0 ? 2 : 1);
      }
      if (stage >= first) {
        StoredTensor expected = x.stored();
        double bound = 1e-5 * TestInput.absoluteMaximum(expected);
        TestInput.assertClose(expected, actual.get(stage - first), bound, "stage " + stage);
      }
    }
  }

  private static Map3 block(PlainLoops loops, ResNet resNet, String name, Map3 x, int stride) {
    Map3 y;
    if (resNet.variant().block() == ResNet.Block.BASIC) {
      y = PlainLoops.relu(loops.conv(name + ".conv1", x, stride, 1));
      y = loops.conv(name + ".conv2", y, 1, 1);
    } else {
      y = PlainLoops.relu(loops.conv(name + ".conv1", x, 1, 1));
      y = PlainLoops.relu(loops.conv(name + ".conv2", y, stride, 1));
      y = loops.conv(name + ".conv3", y, 1, 1);
    }
    boolean projected = loops.has(name + ".downsample.0.weight");
    assertEquals(stride == 2 || x.channels() != y.channels(), projected, name);
    Map3 shortcut = projected ? loops.conv(name + ".downsample.0", x, stride, 1) : x;
    for (int i = 0; i < y.values().length; i++) {
      y.values()[i] += shortcut.values()[i];
    }
    return PlainLoops.relu(y);
  }
}
