package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flowline.extractor.PlainLoops.Map3;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.ParameterSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SwinTest {
  private static final int WINDOW = 3;
  private static final Swin TINY =
      new Swin(new Swin.Variant("tiny", 4, List.of(2, 2), List.of(1, 2), WINDOW, 24));

  /** timm's and torchvision's counts, final norm and classifier included. */
  static Stream<Arguments> published() {
    return Stream.of(
        Arguments.of(Swin.Variant.TINY, 28_288_354),
        Arguments.of(Swin.Variant.SMALL, 49_606_258),
        Arguments.of(Swin.Variant.BASE, 87_768_224),
        // with windows of 12: 23² − 13² more relative positions for the heads of all blocks
        Arguments.of(Swin.Variant.BASE_384, 87_768_224 + 360 * (8 + 16 + 288 + 64)));
  }

  @ParameterizedTest
  @MethodSource("published")
  void parameterCountsAreThePublished(Swin.Variant variant, long published) {
    long channels = variant.width() * 8L;
    long count =
        new Swin(variant)
            .frozenParameters(224, 224).stream().mapToLong(ParameterSpec::elements).sum();
    assertEquals(published, count + 2 * channels + channels * 1000 + 1000);
  }

  /**
   * Maps that windows fit and do not fit, narrower than a window, not square. The plain form has no
   * windows to roll or to mask: it asks of every pair of positions whether they share a window of
   * the shifted grid.
   */
  @ParameterizedTest
  @MethodSource("sizes")
  void equalsPlainLoops(int height, int width) {
    PlainLoops loops = new PlainLoops(Frozen.random(TINY.frozenParameters(height, width), 1));
    StoredTensor image = Frozen.random(new Random(2), 1, 3, height, width);
    List<StoredTensor> actual = Frozen.run(TINY, loops.parameters(), image);
    Map3 x = loops.conv("patch_embed.proj", Map3.of(image), 4, 1, 0, 0);
    double[][] tokens = loops.norm("patch_embed.norm", x.tokens(), 1e-5);
    int rows = height / 4;
    int columns = width / 4;
    for (int stage = 0; stage < 2; stage++) {
      if (stage == 1) {
        tokens = merge(loops, tokens, columns);
        rows /= 2;
        columns /= 2;
      }
      for (int block = 0; block < 2; block++) {
        String name = "layers." + stage + ".blocks." + block;
        double[][] y = loops.norm(name + ".norm1", tokens, 1e-5);
        y = attention(loops, name + ".attn", y, rows, columns, stage + 1, block);
        tokens = PlainLoops.sum(tokens, y);
        y = loops.norm(name + ".norm2", tokens, 1e-5);
        tokens = PlainLoops.sum(tokens, loops.mlp(name + ".mlp", y));
      }
      StoredTensor expected = Map3.ofTokens(tokens, rows, columns).stored();
      double bound = 2e-5 * TestInput.absoluteMaximum(expected);
      TestInput.assertClose(expected, actual.get(stage), bound, "stage " + stage);
    }
  }

  static Stream<Arguments> sizes() {
    return Stream.of(
        Arguments.of(24, 24), Arguments.of(48, 24), Arguments.of(40, 32), Arguments.of(8, 56));
  }

  @Test
  void sizesAndStages() {
    Swin base = new Swin(Swin.Variant.BASE, List.of(1, 3));
    assertEquals(List.of(8, 32), base.strides());
    assertArrayEquals(new long[] {256, 96, 28}, base.featureShapes(768, 224).get(0));
    assertArrayEquals(new long[] {1024, 24, 7}, base.featureShapes(768, 224).get(1));
    var size = assertThrows(IllegalArgumentException.class, () -> base.featureShapes(224, 240));
    assertEquals(
        "input 224 x 240: swin_base_patch4_window7_224 takes heights and widths that are multiples of 32",
        size.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Swin(Swin.Variant.TINY, List.of(2, 4)));
    CostOps cost = new CostOps();
    Swin tiny = new Swin(Swin.Variant.TINY);
    tiny.features(cost, new long[] {1, 3, 224, 224});
    assertEquals(4.5e9, cost.multiplyAccumulates(), 0.05e9); // the paper's table 1: 4.5 G
  }

  /** Those of the authors and of torchvision give what timm's give. */
  @Test
  void publishedLayoutsAreOne() {
    Swin whole = new Swin(new Swin.Variant("w", 4, List.of(1, 2, 1), List.of(1, 1, 1), 3, 48));
    Map<String, StoredTensor> timm = new LinkedHashMap<>();
    Map<String, StoredTensor> authors = new LinkedHashMap<>();
    Map<String, StoredTensor> torchvision = new LinkedHashMap<>();
    Random random = new Random(1);
    for (ParameterSpec spec : whole.frozenParameters(48, 48)) {
      String name = spec.name().substring(FeatureExtractor.PREFIX.length());
      StoredTensor tensor = Frozen.random(random, spec.shape());
      timm.put(name, tensor);
      authors.put(
          name.replace("layers.1.downsample", "layers.0.downsample")
              .replace("layers.2.downsample", "layers.1.downsample"),
          tensor);
      torchvision.put(
          name.replaceFirst("^patch_embed.proj", "features.0.0")
              .replaceFirst("^patch_embed.norm", "features.0.2")
              .replaceFirst("^layers.(\\d).blocks", "features.$1.")
              .replaceFirst("^features.2\\.\\.", "features.5.")
              .replaceFirst("^features.1\\.\\.", "features.3.")
              .replaceFirst("^features.0\\.\\.", "features.1.")
              .replaceFirst("^layers.1.downsample", "features.2")
              .replaceFirst("^layers.2.downsample", "features.4")
              .replace("mlp.fc1", "mlp.0")
              .replace("mlp.fc2", "mlp.3"),
          tensor);
    }
    authors.put("layers.0.blocks.0.attn.relative_position_index", StoredTensor.of(new long[1], 1));
    authors.put("layers.1.blocks.1.attn_mask", StoredTensor.of(new float[1], 1));
    authors.put("head.bias", StoredTensor.of(new float[1], 1));
    torchvision.put("norm.bias", StoredTensor.of(new float[1], 1));
    for (Map<String, StoredTensor> layout : List.of(authors, torchvision)) {
      Frozen.assertSameWeights(whole, timm, layout);
    }
  }

  /** Attention of every position to those that share its window, zeros beyond the map included. */
  private static double[][] attention(
      PlainLoops loops, String name, double[][] x, int rows, int columns, int heads, int odd) {
    int paddedRows = (rows + WINDOW - 1) / WINDOW * WINDOW;
    int paddedColumns = (columns + WINDOW - 1) / WINDOW * WINDOW;
    int down = odd == 1 && paddedRows > WINDOW ? WINDOW / 2 : 0;
    int right = odd == 1 && paddedColumns > WINDOW ? WINDOW / 2 : 0;
    int width = x[0].length;
    double[][] padded = new double[paddedRows * paddedColumns][width];
    for (int i = 0; i < x.length; i++) {
      padded[i / columns * paddedColumns + i % columns] = x[i];
    }
    double[][] qkv = loops.linear(name + ".qkv", padded);
    double[] table = loops.get(name + ".relative_position_bias_table");
    double[][] y = new double[x.length][width];
    int d = width / heads;
    for (int i = 0; i < x.length; i++) {
      int row = i / columns;
      int column = i % columns;
      double[] query = qkv[row * paddedColumns + column];
      for (int head = 0; head < heads; head++) {
        double sum = 0;
        for (int j = 0; j < padded.length; j++) {
          int dr = row - j / paddedColumns;
          int dc = column - j % paddedColumns;
          if (!together(row, row - dr, down) || !together(column, column - dc, right)) {
            continue;
          }
          double logit =
              table[((dr + WINDOW - 1) * (2 * WINDOW - 1) + dc + WINDOW - 1) * heads + head];
          for (int k = head * d; k < (head + 1) * d; k++) {
            logit += query[k] * qkv[j][width + k] / Math.sqrt(d);
          }
          sum += Math.exp(logit);
          for (int k = head * d; k < (head + 1) * d; k++) {
            y[i][k] += Math.exp(logit) * qkv[j][2 * width + k];
          }
        }
        for (int k = head * d; k < (head + 1) * d; k++) {
          y[i][k] /= sum;
        }
      }
    }
    return loops.linear(name + ".proj", y);
  }

  /** Windows begin at the shift; what is before the first one is a window of its own. */
  private static boolean together(int a, int b, int shift) {
    return Math.floorDiv(a - shift, WINDOW) == Math.floorDiv(b - shift, WINDOW);
  }

  private static double[][] merge(PlainLoops loops, double[][] x, int columns) {
    int width = x[0].length;
    double[][] joined = new double[x.length / 4][4 * width];
    for (int i = 0; i < joined.length; i++) {
      int top = i / (columns / 2) * 2;
      int left = i % (columns / 2) * 2;
      for (int part = 0; part < 4; part++) {
        double[] from = x[(top + part % 2) * columns + left + part / 2];
        System.arraycopy(from, 0, joined[i], part * width, width);
      }
    }
    joined = loops.norm("layers.1.downsample.norm", joined, 1e-5);
    double[] weight = loops.get("layers.1.downsample.reduction.weight");
    double[][] y = new double[joined.length][2 * width];
    for (int i = 0; i < joined.length; i++) {
      for (int o = 0; o < 2 * width; o++) {
        for (int k = 0; k < 4 * width; k++) {
          y[i][o] += weight[o * 4 * width + k] * joined[i][k];
        }
      }
    }
    return y;
  }
}
