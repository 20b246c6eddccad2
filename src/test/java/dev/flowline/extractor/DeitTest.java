package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flowline.extractor.PlainLoops.Map3;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.ParameterSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeitTest {
  private static final int HEADS = 3;
  private static final Deit TINY = new Deit(new Deit.Variant("tiny", 6, 3, HEADS, 2, 32));

  @Test
  void equalsPlainLoops() {
    PlainLoops loops = new PlainLoops(Frozen.random(TINY.frozenParameters(32, 32), 1));
    StoredTensor image = Frozen.random(new Random(2), 1, 3, 32, 32);
    double[][] patches = patches(loops, Map3.of(image));
    double[] positions = loops.get("pos_embed");
    double[][] x = new double[6][6];
    for (int token = 0; token < 6; token++) {
      for (int c = 0; c < 6; c++) {
        double value =
            token == 0
                ? loops.get("cls_token")[c]
                : token == 1 ? loops.get("dist_token")[c] : patches[token - 2][c];
        x[token][c] = value + positions[token * 6 + c];
      }
    }
    for (int block = 0; block < 2; block++) {
      String name = "blocks." + block;
      x = PlainLoops.sum(x, attention(loops, name, loops.norm(name + ".norm1", x, 1e-6)));
      double[][] normed = loops.norm(name + ".norm2", x, 1e-6);
      x = PlainLoops.sum(x, loops.mlp(name + ".mlp", normed));
    }
    x = loops.norm("norm", x, 1e-6);
    StoredTensor actual = Frozen.run(TINY, loops.parameters(), image).get(0);
    assertArrayEquals(new long[] {1, 6, 2, 2}, actual.shape());
    for (int i = 0; i < 24; i++) {
      assertEquals(x[2 + i % 4][i / 4], actual.get(i), 1e-5);
    }
  }

  /** An image's features do not depend on what else is in the batch. */
  @Test
  void everyImageGetsTheTokens() {
    Map<String, StoredTensor> parameters = Frozen.random(TINY.frozenParameters(32, 32), 1);
    StoredTensor two = Frozen.random(new Random(3), 2, 3, 32, 32);
    StoredTensor both = Frozen.run(TINY, parameters, two).get(0);
    float[] second = new float[3 * 32 * 32];
    for (int i = 0; i < second.length; i++) {
      second[i] = (float) two.get(second.length + i);
    }
    StoredTensor alone = Frozen.run(TINY, parameters, StoredTensor.of(second, 1, 3, 32, 32)).get(0);
    for (int i = 0; i < 24; i++) {
      assertEquals(alone.get(i), both.get(24 + i), 1e-5);
    }
  }

  /** timm's count, 87.63 M, of all blocks and both classifiers. */
  @Test
  void parameterCountIsThePublished() {
    Deit.Variant base = Deit.Variant.BASE_384;
    Deit whole = new Deit(new Deit.Variant("whole", base.width(), 12, base.heads(), 12, 384));
    long count = whole.frozenParameters(384, 384).stream().mapToLong(ParameterSpec::elements).sum();
    long heads = 2 * (768 * 1000 + 1000);
    assertEquals(87.63, (count + heads) / 1e6, 0.005);
    assertEquals(8, base.blocks());
    assertArrayEquals(
        new long[] {768, 24, 24},
        Backbone.DEIT_B_DISTILLED_384.extractor().featureShapes(384, 384).get(0));
  }

  @Test
  void publishedNamesAndAWrongSize() {
    Map<String, StoredTensor> state = new LinkedHashMap<>();
    for (ParameterSpec spec : TINY.frozenParameters(32, 32)) {
      String name = spec.name().substring(FeatureExtractor.PREFIX.length());
      state.put(name, StoredTensor.of(new float[(int) spec.elements()], spec.shape()));
    }
    int used = state.size();
    state.put("head.weight", StoredTensor.of(new float[1], 1));
    state.put("head_dist.bias", StoredTensor.of(new float[1], 1));
    state.put("blocks.2.mlp.fc1.weight", StoredTensor.of(new float[1], 1));
    assertEquals(used, PretrainedWeights.fit(TINY, state).size());
    var e = assertThrows(IllegalArgumentException.class, () -> TINY.featureShapes(32, 48));
    assertEquals(
        "input 32 x 48: the position embedding of tiny is for 32 x 32 only", e.getMessage());
  }

  /** Patches of 16 × 16 pixels, a linear map of each. */
  private static double[][] patches(PlainLoops loops, Map3 image) {
    double[] weight = loops.get("patch_embed.proj.weight");
    double[] bias = loops.get("patch_embed.proj.bias");
    double[][] patches = new double[4][6];
    for (int i = 0; i < 24; i++) {
      int token = i / 6;
      patches[token][i % 6] = bias[i % 6];
      for (int p = 0; p < 3 * 256; p++) {
        int row = token / 2 * 16 + p / 16 % 16;
        patches[token][i % 6] +=
            weight[i % 6 * 768 + p] * image.at(p / 256, row, token % 2 * 16 + p % 16);
      }
    }
    return patches;
  }

  private static double[][] attention(PlainLoops loops, String name, double[][] x) {
    double[][] qkv = loops.linear(name + ".attn.qkv", x);
    int width = x[0].length;
    int d = width / HEADS;
    double[][] y = new double[x.length][width];
    for (int head = 0; head < HEADS; head++) {
      for (int i = 0; i < x.length; i++) {
        double[] weights = new double[x.length];
        for (int j = 0; j < x.length; j++) {
          for (int k = head * d; k < (head + 1) * d; k++) {
            weights[j] += qkv[i][k] * qkv[j][width + k] / Math.sqrt(d);
          }
        }
        PlainLoops.softmax(weights);
        for (int j = 0; j < x.length; j++) {
          for (int k = head * d; k < (head + 1) * d; k++) {
            y[i][k] += weights[j] * qkv[j][2 * width + k];
          }
        }
      }
    }
    return loops.linear(name + ".attn.proj", y);
  }
}
