package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CaiTTest {
  private static final int WIDTH = 6;
  private static final int HEADS = 3;
  private static final CaiT TINY = new CaiT(new CaiT.Variant("tiny", WIDTH, 3, HEADS, 2, 32));

  private PlainLoops loops;

  @Test
  void equalsPlainLoops() {
    loops = new PlainLoops(Frozen.random(TINY.frozenParameters(32, 32), 1));
    StoredTensor image = Frozen.random(new Random(2), 1, 3, 32, 32);
    double[][] x = embed(image.toDoubles());
    for (int block = 0; block < 2; block++) {
      String name = "blocks." + block;
      residual(
          x, attention(name + ".attn", loops.norm(name + ".norm1", x, 1e-6)), name + ".gamma_1");
      double[][] y = loops.mlp(name + ".mlp", loops.norm(name + ".norm2", x, 1e-6));
      residual(x, y, name + ".gamma_2");
    }
    x = loops.norm("norm", x, 1e-6);
    StoredTensor actual = Frozen.run(TINY, loops.parameters(), image).get(0);
    assertArrayEquals(new long[] {1, WIDTH, 2, 2}, actual.shape());
    for (int c = 0; c < WIDTH; c++) {
      for (int token = 0; token < 4; token++) {
        assertEquals(x[token][c], actual.get(c * 4 + token), 1e-5);
      }
    }
  }

  @Test
  void parameterCountOfTheWholeM48IsThePapers() {
    CaiT.Variant m48 = CaiT.Variant.M48;
    long c = m48.width();
    long h = m48.heads();
    long block = 12 * c * c + 15 * c + 2 * (h * h + h);
    long classBlock = 12 * c * c + 15 * c;
    long around = 3 * 256 * c + c + 784 * c + 2 * c; // patches, positions, final norm
    long head = c + 1000 * c + 1000; // class token, classifier
    CostOps cost = new CostOps();
    new CaiT(m48).features(cost, new long[] {1, 3, 448, 448});
    assertEquals(41 * block + around, cost.frozenParameters());
    assertEquals(356.46, (48 * block + 2 * classBlock + around + head) / 1e6, 0.005);
  }

  @Test
  void theTableIsConsistent() {
    for (Backbone backbone : Backbone.values()) {
      int size = backbone.inputSize();
      FeatureExtractor extractor = backbone.extractor();
      int i = 0;
      for (long[] shape : extractor.featureShapes(size, size)) {
        assertEquals(size / extractor.strides().get(i++), shape[1], backbone.id());
      }
    }
    assertArrayEquals(
        new long[] {768, 28, 28}, Backbone.MS_CAIT.extractor().featureShapes(448, 448).get(0));
    assertArrayEquals(
        new long[] {384, 14, 14}, Backbone.MS_CAIT.extractor().featureShapes(448, 448).get(1));
  }

  @Test
  void anotherInputSizeIsOneClearError() {
    var e = assertThrows(IllegalArgumentException.class, () -> TINY.featureShapes(32, 48));
    assertEquals(
        "input 32 x 48: the position embedding of tiny is for 32 x 32 only", e.getMessage());
  }

  private double[][] embed(double[] image) {
    double[] weight = loops.get("patch_embed.proj.weight");
    double[] bias = loops.get("patch_embed.proj.bias");
    double[] positions = loops.get("pos_embed");
    double[][] x = new double[4][WIDTH];
    for (int token = 0; token < 4; token++) {
      for (int o = 0; o < WIDTH; o++) {
        x[token][o] = bias[o] + positions[token * WIDTH + o];
        for (int i = 0; i < 3 * 256; i++) {
          int row = token / 2 * 16 + i / 16 % 16;
          int column = token % 2 * 16 + i % 16;
          x[token][o] += weight[o * 768 + i] * image[(i / 256 * 32 + row) * 32 + column];
        }
      }
    }
    return x;
  }

  private double[][] attention(String name, double[][] x) {
    int n = x.length;
    int d = WIDTH / HEADS;
    double[][] qkv = loops.linear(name + ".qkv", x);
    double[][][] logits = new double[n][n][HEADS];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int h = 0; h < HEADS; h++) {
          for (int k = 0; k < d; k++) {
            logits[i][j][h] += qkv[i][h * d + k] * qkv[j][WIDTH + h * d + k] / Math.sqrt(d);
          }
        }
      }
      logits[i] = loops.linear(name + ".proj_l", logits[i]);
      for (int h = 0; h < HEADS; h++) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
          logits[i][j][h] = Math.exp(logits[i][j][h]);
          sum += logits[i][j][h];
        }
        for (int j = 0; j < n; j++) {
          logits[i][j][h] /= sum;
        }
      }
      logits[i] = loops.linear(name + ".proj_w", logits[i]);
    }
    double[][] y = new double[n][WIDTH];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < WIDTH; c++) {
        for (int j = 0; j < n; j++) {
          y[i][c] += logits[i][j][c / d] * qkv[j][2 * WIDTH + c];
        }
      }
    }
    return loops.linear(name + ".proj", y);
  }

  private void residual(double[][] x, double[][] y, String gamma) {
    double[] scale = loops.get(gamma);
    for (int token = 0; token < x.length; token++) {
      for (int i = 0; i < scale.length; i++) {
        x[token][i] += scale[i] * y[token][i];
      }
    }
  }
}
