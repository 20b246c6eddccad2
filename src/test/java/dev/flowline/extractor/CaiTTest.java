package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CaiTTest {
  private static final int WIDTH = 6;
  private static final int HEADS = 3;
  private static final CaiT TINY = new CaiT(new CaiT.Variant("tiny", WIDTH, 3, HEADS, 2, 32));

  private Map<String, StoredTensor> parameters;

  @Test
  void equalsPlainLoops() {
    parameters = Frozen.random(TINY.frozenParameters(32, 32), 1);
    StoredTensor image = Frozen.random(new Random(2), 1, 3, 32, 32);
    double[][] x = embed(image.toDoubles());
    for (int block = 0; block < 2; block++) {
      String name = "blocks." + block;
      residual(x, attention(name + ".attn", norm(name + ".norm1", x)), name + ".gamma_1");
      double[][] y = linear(name + ".mlp.fc1", norm(name + ".norm2", x));
      for (double[] token : y) {
        Arrays.setAll(token, i -> token[i] * 0.5 * (1 + erf(token[i] / Math.sqrt(2))));
      }
      residual(x, linear(name + ".mlp.fc2", y), name + ".gamma_2");
    }
    x = norm("norm", x);
    StoredTensor actual = Frozen.run(TINY, parameters, image).get(0);
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
    double[] weight = get("patch_embed.proj.weight");
    double[] bias = get("patch_embed.proj.bias");
    double[] positions = get("pos_embed");
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
    double[][] qkv = linear(name + ".qkv", x);
    double[][][] logits = new double[n][n][HEADS];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int h = 0; h < HEADS; h++) {
          for (int k = 0; k < d; k++) {
            logits[i][j][h] += qkv[i][h * d + k] * qkv[j][WIDTH + h * d + k] / Math.sqrt(d);
          }
        }
      }
      logits[i] = linear(name + ".proj_l", logits[i]);
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
      logits[i] = linear(name + ".proj_w", logits[i]);
    }
    double[][] y = new double[n][WIDTH];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < WIDTH; c++) {
        for (int j = 0; j < n; j++) {
          y[i][c] += logits[i][j][c / d] * qkv[j][2 * WIDTH + c];
        }
      }
    }
    return linear(name + ".proj", y);
  }

  private double[][] linear(String name, double[][] x) {
    double[] weight = get(name + ".weight");
    double[] bias = get(name + ".bias");
    double[][] y = new double[x.length][bias.length];
    for (int token = 0; token < x.length; token++) {
      for (int o = 0; o < bias.length; o++) {
        y[token][o] = bias[o];
        for (int i = 0; i < x[token].length; i++) {
          y[token][o] += weight[o * x[token].length + i] * x[token][i];
        }
      }
    }
    return y;
  }

  private double[][] norm(String name, double[][] x) {
    double[] weight = get(name + ".weight");
    double[] bias = get(name + ".bias");
    double[][] y = new double[x.length][];
    for (int token = 0; token < x.length; token++) {
      double[] v = x[token];
      double mean = Arrays.stream(v).average().orElseThrow();
      double variance = Arrays.stream(v).map(a -> (a - mean) * (a - mean)).average().orElseThrow();
      y[token] = new double[v.length];
      Arrays.setAll(
          y[token], i -> (v[i] - mean) / Math.sqrt(variance + 1e-6) * weight[i] + bias[i]);
    }
    return y;
  }

  private void residual(double[][] x, double[][] y, String gamma) {
    double[] scale = get(gamma);
    for (int token = 0; token < x.length; token++) {
      for (int i = 0; i < scale.length; i++) {
        x[token][i] += scale[i] * y[token][i];
      }
    }
  }

  private double[] get(String name) {
    return parameters.get("feature_extractor.extractor." + name).toDoubles();
  }

  /** Maclaurin series. */
  private static double erf(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }
}
