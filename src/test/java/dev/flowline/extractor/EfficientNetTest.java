package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.extractor.EfficientNet.Padding;
import dev.flowline.extractor.EfficientNet.Place;
import dev.flowline.extractor.EfficientNet.Variant;
import dev.flowline.extractor.PlainLoops.Map3;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.ParameterSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EfficientNetTest {
  /** torchvision's and timm's counts of the whole networks. */
  @ParameterizedTest
  @CsvSource({
    "0, 5288548",
    "1, 7794184",
    "2, 9109994",
    "3, 12233232",
    "4, 19341616",
    "5, 30389784",
    "6, 43040704",
    "7, 66347960"
  })
  void parameterCountsAreThePublished(int number, long published) {
    for (Variant variant : List.of(Variant.pytorch(number), Variant.tensorflow(number))) {
      int last = variant.places().size() - 1;
      long count = 0;
      EfficientNet whole = new EfficientNet(variant, List.of(last));
      for (ParameterSpec spec : whole.frozenParameters(32, 32)) {
        boolean folded = spec.name().endsWith(".bias") && !spec.name().contains(".se.");
        count += spec.elements() * (folded ? 2 : 1); // a batch norm has two vectors
      }
      long in = variant.places().get(last).stage().channels();
      long head = variant.rounded(1280 * variant.width());
      assertEquals(published, count + in * head + 2 * head + head * 1000 + 1000);
    }
  }

  /** The paper's table 2: B0 takes 0.39 G multiply-accumulates at 224. */
  @Test
  void multiplyAccumulatesOfB0AreThePublished() {
    CostOps cost = new CostOps();
    new EfficientNet(Variant.pytorch(0), List.of(15)).features(cost, new long[] {1, 3, 224, 224});
    long head = 7 * 7 * 320 * 1280 + 1280 * 1000;
    assertEquals(0.39, (cost.multiplyAccumulates() + head) / 1e9, 0.005);
  }

  @Test
  void blockThirtyFiveOfB5IsWhatCsFlowTakes() {
    Variant b5 = Variant.tensorflow(5);
    assertEquals(39, b5.places().size());
    assertEquals("blocks.5.8", b5.places().get(35).name());
    List<long[]> one = Backbone.EFFICIENTNET_B5_BLOCK35.extractor().featureShapes(768, 768);
    assertEquals(1, one.size());
    assertArrayEquals(new long[] {304, 24, 24}, one.get(0));
    List<long[]> three = Backbone.MS_EFFICIENTNET_B5.extractor().featureShapes(768, 768);
    assertEquals(3, three.size());
    for (int scale = 0; scale < 3; scale++) {
      assertArrayEquals(new long[] {304, 24 >> scale, 24 >> scale}, three.get(scale));
    }
  }

  @Test
  void featuresOfNonSquareImagesAndOfAnyBlock() {
    EfficientNet fine = new EfficientNet(Variant.pytorch(0));
    assertEquals(List.of(2, 4, 10), fine.taps());
    List<long[]> shapes = fine.featureShapes(48, 80);
    assertArrayEquals(new long[] {24, 12, 20}, shapes.get(0));
    assertArrayEquals(new long[] {40, 6, 10}, shapes.get(1));
    assertArrayEquals(new long[] {112, 3, 5}, shapes.get(2));
    EfficientNet chosen = new EfficientNet(Variant.pytorch(0), List.of(0, 15));
    assertEquals(List.of(2, 32), chosen.strides());
    assertArrayEquals(new long[] {16, 16, 32}, chosen.featureShapes(32, 64).get(0));
    assertArrayEquals(new long[] {320, 1, 2}, chosen.featureShapes(32, 64).get(1));
  }

  @Test
  void whatCannotBeIsOneClearError() {
    var size =
        assertThrows(
            IllegalArgumentException.class,
            () -> new EfficientNet(Variant.pytorch(0)).featureShapes(48, 72));
    assertEquals(
        "input 48 x 72: efficientnet_b0 takes heights and widths that are multiples of 16",
        size.getMessage());
    var several =
        assertThrows(
            IllegalArgumentException.class,
            () -> Backbone.MS_EFFICIENTNET_B5.extractor().requireInput(768, 800));
    assertEquals(
        "input 768 x 800: tf_efficientnet_b5 at 3 sizes takes heights and widths that are multiples of 128",
        several.getMessage());
    for (List<Integer> taps : List.of(List.<Integer>of(), List.of(16), List.of(3, 2))) {
      var e =
          assertThrows(
              IllegalArgumentException.class, () -> new EfficientNet(Variant.pytorch(0), taps));
      assertTrue(e.getMessage().contains("from 0 to 15, got " + taps), e.getMessage());
    }
  }

  /** All seven stages, both paddings, on an image that is not square. */
  @ParameterizedTest
  @EnumSource(Padding.class)
  void equalsPlainLoops(Padding padding) {
    Variant tiny = new Variant("tiny", 0.25, 0.3, padding, 1e-3);
    int last = tiny.places().size() - 1;
    EfficientNet network = new EfficientNet(tiny, List.of(0, 3, last));
    PlainLoops loops = new PlainLoops(Frozen.random(network.frozenParameters(32, 64), 1));
    StoredTensor image = Frozen.random(new Random(2), 1, 3, 32, 64);
    List<StoredTensor> actual = Frozen.run(network, loops.parameters(), image);
    Map3 x = PlainLoops.silu(strided(loops, "conv_stem", Map3.of(image), 2, 1, padding));
    int found = 0;
    for (Place place : tiny.places()) {
      x = block(loops, place, x, padding);
      if (network.taps().contains(place.index())) {
        StoredTensor expected = x.stored();
        double bound = 1e-5 * TestInput.absoluteMaximum(expected);
        TestInput.assertClose(expected, actual.get(found++), bound, place.name());
      }
    }
    assertEquals(3, found);
  }

  private static Map3 block(PlainLoops loops, Place place, Map3 x, Padding padding) {
    String name = place.name();
    boolean expands = place.stageIndex() > 0;
    Map3 y = expands ? PlainLoops.silu(loops.conv(name + ".conv_pw", x, 1, 1)) : x;
    int stride = place.block() == 0 ? place.stage().stride() : 1;
    y = PlainLoops.silu(strided(loops, name + ".conv_dw", y, stride, y.channels(), padding));
    Map3 gate = new Map3(y.means(), y.channels(), 1, 1);
    gate = PlainLoops.silu(loops.conv(name + ".se.conv_reduce", gate, 1, 1));
    gate = loops.conv(name + ".se.conv_expand", gate, 1, 1);
    int area = y.height() * y.width();
    for (int i = 0; i < y.values().length; i++) {
      y.values()[i] /= 1 + Math.exp(-gate.values()[i / area]);
    }
    y = loops.conv(name + (expands ? ".conv_pwl" : ".conv_pw"), y, 1, 1);
    if (stride == 1 && x.channels() == y.channels()) {
      for (int i = 0; i < y.values().length; i++) {
        y.values()[i] += x.values()[i];
      }
    }
    return y;
  }

  /** For even sizes TensorFlow puts k − 2 zeros around a stride of 2, the odd one after. */
  private static Map3 strided(
      PlainLoops loops, String name, Map3 x, int stride, int groups, Padding padding) {
    boolean even = x.height() % 2 == 0 && x.width() % 2 == 0;
    if (padding == Padding.SYMMETRIC || stride == 1 || !even) {
      return loops.conv(name, x, stride, groups);
    }
    int k = (int) loops.parameters().get(FeatureExtractor.PREFIX + name + ".weight").shape()[2];
    return loops.conv(name, x, stride, groups, (k - 2) / 2, k - 2);
  }

  @Test
  void aCopyIsEveryOtherPixel() {
    Variant tiny = new Variant("tiny", 0.25, 0.3, Padding.SAME, 1e-3);
    EfficientNet network = new EfficientNet(tiny, List.of(3));
    Map<String, StoredTensor> parameters = Frozen.random(network.frozenParameters(64, 64), 1);
    StoredTensor image = Frozen.random(new Random(2), 1, 3, 64, 64);
    List<StoredTensor> all = Frozen.run(new MsEfficientNet(network, 3), parameters, image);
    for (int scale = 0; scale < 3; scale++) {
      StoredTensor copy = Map3.of(image).everyNth(1 << scale).stored();
      StoredTensor alone = Frozen.run(network, parameters, copy).get(0);
      TestInput.assertClose(alone, all.get(scale), 0, "scale " + scale);
    }
  }

  /** The three layouts that are published of one network give the same features. */
  @Test
  void publishedLayoutsAreOne() {
    Variant b0 = Variant.tensorflow(0);
    EfficientNet network = new EfficientNet(b0, List.of(5));
    Map<String, StoredTensor> timm = published(network);
    Map<String, StoredTensor> torchvision = new LinkedHashMap<>();
    Map<String, StoredTensor> melas = new LinkedHashMap<>();
    timm.forEach(
        (name, tensor) -> {
          torchvision.put(torchvision(name), tensor);
          melas.put(melas(b0, name), tensor);
        });
    assertTrue(torchvision.containsKey("features.1.0.block.0.0.weight"), torchvision::toString);
    assertTrue(torchvision.containsKey("features.2.1.block.2.fc1.bias"), torchvision::toString);
    assertTrue(torchvision.containsKey("features.2.0.block.3.1.running_var"));
    assertTrue(melas.containsKey("_blocks.0._depthwise_conv.weight"), melas::toString);
    assertTrue(melas.containsKey("_blocks.5._bn2.weight"), melas::toString);
    torchvision.put("classifier.1.weight", StoredTensor.of(new float[1], 1));
    torchvision.put("features.7.0.block.0.0.weight", StoredTensor.of(new float[1], 1));
    melas.put("_fc.bias", StoredTensor.of(new float[1], 1));
    melas.put("_conv_head.weight", StoredTensor.of(new float[1], 1));
    melas.put("_blocks.15._se_reduce.bias", StoredTensor.of(new float[1], 1));
    for (Map<String, StoredTensor> layout : List.of(torchvision, melas)) {
      Frozen.assertSameWeights(network, timm, layout);
    }
  }

  /** timm's state dict: convolutions without bias and batch norms behind them. */
  private static Map<String, StoredTensor> published(EfficientNet network) {
    Random random = new Random(3);
    Map<String, StoredTensor> state = new LinkedHashMap<>();
    for (ParameterSpec spec : network.frozenParameters(32, 32)) {
      String name = spec.name().substring(FeatureExtractor.PREFIX.length());
      if (name.endsWith(".weight") || name.contains(".se.")) {
        state.put(name, Frozen.random(random, spec.shape()));
        continue;
      }
      boolean plain = name.startsWith("blocks.0.");
      String norm =
          name.replace(".bias", "")
              .replace("conv_stem", "bn1")
              .replace("conv_pwl", "bn3")
              .replace("conv_dw", plain ? "bn1" : "bn2")
              .replace("conv_pw", plain ? "bn2" : "bn1");
      for (String vector : List.of("weight", "bias", "running_mean", "running_var")) {
        float[] values = new float[(int) spec.elements()];
        for (int i = 0; i < values.length; i++) {
          values[i] = 0.5f + random.nextFloat();
        }
        state.put(norm + "." + vector, StoredTensor.of(values, values.length));
      }
      state.put(norm + ".num_batches_tracked", StoredTensor.of(new long[] {1}));
    }
    return state;
  }

  private static String torchvision(String timm) {
    if (!timm.startsWith("blocks.")) {
      return timm.replace("conv_stem", "features.0.0").replaceFirst("^bn1", "features.0.1");
    }
    String[] parts = timm.split("\\.", 4);
    boolean plain = parts[1].equals("0");
    String rest = parts[3];
    String[] from = {"conv_pw.", "bn1.", "conv_dw.", "bn2.", "se.conv_reduce.", "se.conv_expand."};
    String[] to = {"0.0.", "0.1.", "1.0.", "1.1.", "2.fc1.", "2.fc2."};
    if (plain) {
      from = new String[] {"conv_dw.", "bn1.", "se.conv_reduce.", "se.conv_expand.", "conv_pw."};
      to = new String[] {"0.0.", "0.1.", "1.fc1.", "1.fc2.", "2.0."};
      rest = rest.replaceFirst("^bn2\\.", "2.1.");
    }
    for (int i = 0; i < from.length; i++) {
      rest = rest.replaceFirst("^" + from[i].replace(".", "\\."), to[i]);
    }
    rest = rest.replaceFirst("^conv_pwl\\.", "3.0.").replaceFirst("^bn3\\.", "3.1.");
    int stage = Integer.parseInt(parts[1]) + 1;
    return "features.%d.%s.block.%s".formatted(stage, parts[2], rest);
  }

  private static String melas(Variant variant, String timm) {
    if (!timm.startsWith("blocks.")) {
      return timm.replace("conv_stem", "_conv_stem").replaceFirst("^bn1", "_bn0");
    }
    String[] parts = timm.split("\\.", 4);
    boolean plain = parts[1].equals("0");
    int index =
        variant.places().stream()
            .filter(p -> timm.startsWith(p.name() + "."))
            .findFirst()
            .orElseThrow()
            .index();
    String rest = parts[3].replace("se.conv_", "_se_").replace("conv_dw", "_depthwise_conv");
    rest = rest.replace("conv_pwl", "_project_conv");
    rest = rest.replace("conv_pw", plain ? "_project_conv" : "_expand_conv");
    rest =
        plain
            ? rest.replaceFirst("^bn", "_bn")
            : rest.replaceFirst("^bn1", "_bn0")
                .replaceFirst("^bn2", "_bn1")
                .replaceFirst("^bn3", "_bn2");
    return "_blocks." + index + "." + rest;
  }
}
