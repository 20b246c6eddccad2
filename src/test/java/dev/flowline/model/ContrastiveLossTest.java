package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TensorCopy;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the equations in plain loops, and gradients against their finite differences. */
class ContrastiveLossTest {
  private static final double STEP = 1e-5;

  private enum Term {
    CLASSIFICATION(SlowContrast::classification),
    PULL(SlowContrast::pull),
    PUSH(SlowContrast::push);

    private final ToDoubleFunction<SlowContrast> slow;

    Term(ToDoubleFunction<SlowContrast> slow) {
      this.slow = slow;
    }

    <V> V of(
        ContrastiveLoss<V> terms, List<V> normal, List<V> negative, List<SurrogateLabels> labels) {
      return switch (this) {
        case CLASSIFICATION -> terms.classification(normal, negative, labels);
        case PULL -> terms.pull(normal);
        case PUSH -> terms.push(normal, negative, labels);
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Term.class)
  void valuesAndGradientsAreThoseOfTheEquations(Term term) {
    for (long seed = 0; seed < 12; seed++) {
      Case drawn = new Case(seed);
      String where = term + ", seed " + seed;
      double expected = term.slow.applyAsDouble(drawn.slow());
      try (TensorScope scope = TensorScope.open();
          Parameters none = new Parameters(List.of(), Map.of(), 0)) {
        List<Tensor> normal = drawn.tensors(drawn.normal);
        List<Tensor> negative = drawn.tensors(drawn.negative);
        ContrastiveLoss<Tensor> terms =
            new ContrastiveLoss<>(new TorchOps(none), drawn.smoothing, drawn.bound);
        Tensor value = term.of(terms, normal, negative, drawn.labels());
        assertEquals(expected, value.item_double(), 1e-5, where);
        value.backward();
        for (int l = 0; l < normal.size(); l++) {
          drawn.compare(term, drawn.normal[l], normal.get(l), where);
          if (term != Term.PULL) {
            drawn.compare(term, drawn.negative[l], negative.get(l), where);
          }
        }
      }
    }
  }

  /** Nothing, everything and a flood: no term or gradient is ever infinite or not a number. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-20, 1, 1e4, 1e15})
  void gradientsAreFiniteForLatentsOfAnySize(double size) {
    Case drawn = new Case(3);
    drawn.multiply(size);
    for (Term term : Term.values()) {
      try (TensorScope scope = TensorScope.open();
          Parameters none = new Parameters(List.of(), Map.of(), 0)) {
        List<Tensor> normal = drawn.tensors(drawn.normal);
        List<Tensor> negative = drawn.tensors(drawn.negative);
        ContrastiveLoss<Tensor> terms = new ContrastiveLoss<>(new TorchOps(none), 0.1, 16);
        Tensor value = term.of(terms, normal, negative, drawn.labels());
        assertTrue(Double.isFinite(value.item_double()), term + " of " + size);
        value.backward();
        for (Tensor z : normal) {
          assertTrue(z.grad().isfinite().all().item_bool(), term + " of " + size);
        }
      }
    }
  }

  /** A negative whose energy has no bound gains nothing by more of it. */
  @Test
  void energyBeyondTheBoundIsNotRewarded() {
    Case drawn = new Case(5);
    for (double[][][][] scale : drawn.negative) {
      Case.multiply(scale, 100);
    }
    try (TensorScope scope = TensorScope.open();
        Parameters none = new Parameters(List.of(), Map.of(), 0)) {
      List<Tensor> negative = drawn.tensors(drawn.negative);
      new ContrastiveLoss<>(new TorchOps(none), 0, drawn.bound)
          .classification(drawn.tensors(drawn.normal), negative, drawn.labels())
          .backward();
      for (Tensor z : negative) {
        assertEquals(0, z.grad().abs().max().item_double());
      }
    }
  }

  /** Latents of less energy than white noise has are no better for it. */
  @Test
  void normalLatentsGainNothingByShrinking() {
    Case drawn = new Case(6);
    drawn.multiply(1e-2);
    try (TensorScope scope = TensorScope.open();
        Parameters none = new Parameters(List.of(), Map.of(), 0)) {
      List<Tensor> normal = drawn.tensors(drawn.normal);
      new ContrastiveLoss<>(new TorchOps(none), drawn.smoothing, drawn.bound)
          .classification(normal, drawn.tensors(drawn.negative), drawn.labels())
          .backward();
      for (Tensor z : normal) {
        assertEquals(0, z.grad().abs().max().item_double());
      }
    }
  }

  @Test
  void everyReaderFindsAScalar() {
    Case drawn = new Case(1);
    List<long[]> shapes = new ArrayList<>();
    for (double[][][][] z : drawn.normal) {
      shapes.add(drawn.shape(z));
    }
    CostOps cost = new CostOps();
    for (Term term : Term.values()) {
      ContrastiveLoss<long[]> terms = new ContrastiveLoss<>(cost, 0.1, 16);
      assertEquals(0, term.of(terms, shapes, shapes, drawn.labels()).length, term.toString());
    }
    assertTrue(cost.parameters().isEmpty());
  }

  /** Latents of normal and negative images of awkward sizes, and masks. */
  private static final class Case {
    final double smoothing;
    final double bound;
    final double[][][][][] normal;
    final double[][][][][] negative;
    final boolean[][][] masks;

    Case(long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      int images = 2 + random.nextInt(3);
      int scales = 1 + random.nextInt(3);
      smoothing = seed % 4 == 0 ? 0 : 0.3 * random.nextDouble();
      bound = 1.5 + 3 * random.nextDouble();
      normal = new double[scales][][][][];
      negative = new double[scales][][][][];
      for (int l = 0; l < scales; l++) {
        int channels = 1 + random.nextInt(5);
        int rows = 1 + random.nextInt(6);
        int columns = 1 + random.nextInt(6);
        normal[l] = noise(random, images, channels, rows, columns);
        negative[l] = noise(random, images, channels, rows, columns);
      }
      masks = new boolean[images][4 + random.nextInt(9)][];
      int width = 3 + random.nextInt(11);
      for (boolean[][] mask : masks) {
        for (int y = 0; y < mask.length; y++) {
          mask[y] = new boolean[width];
        }
        for (int blob = 0; blob <= random.nextInt(3); blob++) {
          int y = random.nextInt(mask.length);
          int x = random.nextInt(width);
          mask[y][x] = true;
          mask[Math.min(y + 1, mask.length - 1)][x] = true;
          mask[y][Math.max(x - 1, 0)] = true;
        }
      }
    }

    private static double[][][][] noise(
        SplittableRandom random, int images, int channels, int rows, int columns) {
      double[][][][] z = new double[images][channels][rows][columns];
      for (double[][][] image : z) {
        for (double[][] channel : image) {
          for (double[] row : channel) {
            for (int i = 0; i < row.length; i++) {
              row[i] = (float) (1.4 * random.nextGaussian() + 0.2);
            }
          }
        }
      }
      return z;
    }

    void multiply(double factor) {
      for (int l = 0; l < normal.length; l++) {
        multiply(normal[l], factor);
        multiply(negative[l], factor);
      }
    }

    static void multiply(double[][][][] z, double factor) {
      for (double[][][] image : z) {
        for (double[][] channel : image) {
          for (double[] row : channel) {
            for (int i = 0; i < row.length; i++) {
              row[i] *= factor;
            }
          }
        }
      }
    }

    SlowContrast slow() {
      return new SlowContrast(normal, negative, masks, smoothing, bound);
    }

    List<SurrogateLabels> labels() {
      List<long[]> shapes = new ArrayList<>();
      for (double[][][][] z : normal) {
        shapes.add(shape(z));
      }
      List<SurrogateLabels> labels = new ArrayList<>();
      for (boolean[][] mask : masks) {
        boolean[] flat = new boolean[mask.length * mask[0].length];
        for (int i = 0; i < flat.length; i++) {
          flat[i] = mask[i / mask[0].length][i % mask[0].length];
        }
        labels.add(SurrogateLabels.of(flat, mask.length, mask[0].length, shapes));
      }
      return labels;
    }

    long[] shape(double[][][][] z) {
      return new long[] {z.length, z[0].length, z[0][0].length, z[0][0][0].length};
    }

    List<Tensor> tensors(double[][][][][] latents) {
      List<Tensor> tensors = new ArrayList<>();
      for (double[][][][] z : latents) {
        float[] values = new float[z.length * z[0].length * z[0][0].length * z[0][0][0].length];
        int at = 0;
        for (double[][][] image : z) {
          for (double[][] channel : image) {
            for (double[] row : channel) {
              for (double value : row) {
                values[at++] = (float) value;
              }
            }
          }
        }
        Tensor tensor = TensorCopy.tensor(StoredTensor.of(values, shape(z)));
        tensors.add(tensor.set_requires_grad(true));
      }
      return tensors;
    }

    /** Central differences of the slow term, element by element. */
    void compare(Term term, double[][][][] z, Tensor tensor, String where) {
      double[] gradient = TensorCopy.store(tensor.grad()).toDoubles();
      int at = 0;
      for (double[][][] image : z) {
        for (double[][] channel : image) {
          for (double[] row : channel) {
            for (int i = 0; i < row.length; i++) {
              double value = row[i];
              row[i] = value + STEP;
              double above = term.slow.applyAsDouble(slow());
              row[i] = value - STEP;
              double below = term.slow.applyAsDouble(slow());
              row[i] = value;
              assertEquals((above - below) / (2 * STEP), gradient[at++], 2e-5, where);
            }
          }
        }
      }
    }
  }
}
