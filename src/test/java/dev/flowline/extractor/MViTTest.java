package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** There is no golden vector of MViTv2: the second opinion is the paper's equations in loops. */
class MViTTest {
  private static final MViT TINY = new MViT(new MViT.Variant("tiny", 4, List.of(1, 2, 2), 32));
  private static final double EPSILON = 1e-6;

  /** The paper's table: 24, 35, 52 M parameters and 4.7, 7.0, 10.2 G multiply-accumulates. */
  static Stream<Arguments> published() {
    return Stream.of(
        Arguments.of(MViT.Variant.TINY, 24, 4.7),
        Arguments.of(MViT.Variant.SMALL, 35, 7.0),
        Arguments.of(MViT.Variant.BASE, 52, 10.2));
  }

  @ParameterizedTest
  @MethodSource("published")
  void countsAreThePublished(MViT.Variant variant, double millions, double giga) {
    CostOps cost = new CostOps();
    new MViT(variant).features(cost, new long[] {1, 3, 224, 224});
    long head = 2 * 768 + 768 * 1000 + 1000; // final norm and classifier
    assertEquals(millions, (cost.frozenParameters() + head) / 1e6, 0.55);
    assertEquals(giga, cost.multiplyAccumulates() / 1e9, 0.1);
  }

  @Test
  void stages() {
    List<long[]> shapes = new MViT(MViT.Variant.BASE).featureShapes(224, 224);
    for (int stage = 0; stage < 4; stage++) {
      assertArrayEquals(
          new long[] {96 << stage, 56 >> stage, 56 >> stage}, shapes.get(stage), "stage " + stage);
    }
    MViT two = new MViT(MViT.Variant.TINY, List.of(1, 2));
    assertEquals(List.of(8, 16), two.strides());
    assertTrue(
        two.frozenParameters(224, 224).stream().noneMatch(p -> p.name().contains("stages.3")));
    var e = assertThrows(IllegalArgumentException.class, () -> two.featureShapes(224, 448));
    assertEquals(
        "input 224 x 448: the position embedding of mvitv2_tiny is for 224 x 224 only",
        e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new MViT(MViT.Variant.TINY, List.of(0, 0)));
  }

  /** Keys pooled more than queries, as much, and less: all three are in these stages. */
  @Test
  void equalsPlainLoops() {
    PlainLoops loops = new PlainLoops(Frozen.random(TINY.frozenParameters(32, 32), 1));
    StoredTensor image = Frozen.random(new Random(2), 1, 3, 32, 32);
    List<StoredTensor> actual = Frozen.run(TINY, loops.parameters(), image);
    Map3 x = loops.conv("patch_embed.proj", Map3.of(image), 4, 1);
    assertEquals(8, x.height());
    for (int stage = 0; stage < 3; stage++) {
      for (int block = 0; block < TINY.variant().depths().get(stage); block++) {
        x = block(loops, "stages." + stage + ".blocks." + block, x, stage, block);
      }
      StoredTensor expected = x.stored();
      assertArrayEquals(new long[] {1, 4 << stage, 8 >> stage, 8 >> stage}, expected.shape());
      double bound = 2e-5 * TestInput.absoluteMaximum(expected);
      TestInput.assertClose(expected, actual.get(stage), bound, "stage " + stage);
    }
  }

  /** The authors number blocks over all stages and have one name of their own. */
  @Test
  void theAuthorsLayoutIsKnown() {
    Map<String, StoredTensor> timm = new LinkedHashMap<>();
    Map<String, StoredTensor> authors = new LinkedHashMap<>();
    Random random = new Random(1);
    for (ParameterSpec spec : TINY.frozenParameters(32, 32)) {
      String name = spec.name().substring(FeatureExtractor.PREFIX.length());
      StoredTensor tensor = Frozen.random(random, spec.shape());
      timm.put(name, tensor);
      authors.put(
          name.replace("shortcut_proj_attn", "proj")
              .replace("stages.0.blocks.0", "blocks.0")
              .replace("stages.1.blocks.0", "blocks.1")
              .replace("stages.1.blocks.1", "blocks.2")
              .replace("stages.2.blocks.0", "blocks.3")
              .replace("stages.2.blocks.1", "blocks.4"),
          tensor);
    }
    assertTrue(authors.containsKey("blocks.3.proj.weight"), authors::toString);
    authors.put("head.projection.weight", StoredTensor.of(new float[1], 1));
    authors.put("norm.weight", StoredTensor.of(new float[1], 1));
    Frozen.assertSameWeights(TINY, timm, authors);
  }

  private static Map3 block(PlainLoops loops, String name, Map3 x, int stage, int block) {
    boolean first = stage > 0 && block == 0;
    double[][] normed = loops.norm(name + ".norm1", x.tokens(), EPSILON);
    Map3 shortcut = x;
    if (first) {
      double[][] wider = loops.linear(name + ".shortcut_proj_attn", normed);
      shortcut = PlainLoops.maxPool(Map3.ofTokens(wider, x.height(), x.width()), 3, 2, 1);
    }
    int keyStride = stage == 0 ? 4 : stage == 1 ? 2 : 1;
    double[][] y =
        attention(loops, name + ".attn", normed, x.height(), 1 << stage, first ? 2 : 1, keyStride);
    y = PlainLoops.sum(shortcut.tokens(), y);
    y = PlainLoops.sum(y, loops.mlp(name + ".mlp", loops.norm(name + ".norm2", y, EPSILON)));
    return Map3.ofTokens(y, shortcut.height(), shortcut.width());
  }

  /** Equations 2 to 6: pooling, E_ij = Q_i·R(i, j), softmax, and Z = Attn·V + Q, head by head. */
  private static double[][] attention(
      PlainLoops loops,
      String name,
      double[][] x,
      int grid,
      int heads,
      int queryStride,
      int keyStride) {
    double[][] qkv = loops.linear(name + ".qkv", x);
    int width = qkv[0].length / 3;
    int d = width / heads;
    int queries = grid / queryStride;
    int keys = grid / keyStride;
    double[] byRow = loops.get(name + ".rel_pos_h");
    double[] byColumn = loops.get(name + ".rel_pos_w");
    double[][] z = new double[queries * queries][width];
    for (int head = 0; head < heads; head++) {
      double[][] q = pool(loops, name, "q", part(qkv, head * d, d), grid, queryStride);
      double[][] k = pool(loops, name, "k", part(qkv, width + head * d, d), grid, keyStride);
      double[][] v = pool(loops, name, "v", part(qkv, 2 * width + head * d, d), grid, keyStride);
      for (int i = 0; i < q.length; i++) {
        double[] weights = new double[k.length];
        for (int j = 0; j < k.length; j++) {
          int down = distance(i / queries, j / keys, queries, keys);
          int right = distance(i % queries, j % keys, queries, keys);
          for (int c = 0; c < d; c++) {
            double relative = byRow[down * d + c] + byColumn[right * d + c];
            weights[j] += q[i][c] * (k[j][c] / Math.sqrt(d) + relative);
          }
        }
        PlainLoops.softmax(weights);
        for (int c = 0; c < d; c++) {
          z[i][head * d + c] = q[i][c];
          for (int j = 0; j < k.length; j++) {
            z[i][head * d + c] += weights[j] * v[j][c];
          }
        }
      }
    }
    return loops.linear(name + ".proj", z);
  }

  /** Both positions in steps of the finer of the two grids, counted from the most negative. */
  private static int distance(int query, int key, int queries, int keys) {
    int finer = Math.max(queries, keys);
    int difference = query * (finer / queries) - key * (finer / keys);
    return difference + (keys - 1) * (finer / keys);
  }

  private static double[][] pool(
      PlainLoops loops, String name, String part, double[][] x, int grid, int stride) {
    int d = x[0].length;
    Map3 pooled = loops.conv(name + ".pool_" + part, Map3.ofTokens(x, grid, grid), stride, d);
    return loops.norm(name + ".norm_" + part, pooled.tokens(), EPSILON);
  }

  private static double[][] part(double[][] x, int from, int channels) {
    double[][] part = new double[x.length][channels];
    for (int i = 0; i < x.length; i++) {
      System.arraycopy(x[i], from, part[i], 0, channels);
    }
    return part;
  }
}
