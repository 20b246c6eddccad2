package dev.flowline.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TensorCopy;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** The couplings of CS-Flow, MS-Flow and CFlow against their equations, written as loops. */
class SlowCouplingTest {
  private static final double TOLERANCE = 2e-4;

  /** Values and log-determinant of one sample. */
  private record Slow(List<double[][][]> values, double logDet) {}

  private interface Equations {
    Slow apply(SlowNetwork network, List<double[][][]> x);
  }

  @Test
  void crossScaleCouplingOfThreeScales() {
    long[][] shapes = {{2, 5, 7, 4}, {2, 4, 4, 2}, {2, 7, 2, 1}};
    Flow flow = new GlowCoupling("g", new CrossScaleSubnet(3, 6));
    same(flow, shapes, SlowCouplingTest::crossScale);
  }

  private static Slow crossScale(SlowNetwork network, List<double[][][]> x) {
    double[] logDet = {0};
    List<double[][][]> x1 = new ArrayList<>();
    List<double[][][]> x2 = new ArrayList<>();
    for (double[][][] map : x) {
      int first = (map.length + 1) / 2;
      x1.add(Arrays.copyOfRange(map, 0, first));
      x2.add(Arrays.copyOfRange(map, first, map.length));
    }
    List<double[][][]> r2 = crossConvolutions(network, "g.s2", x2);
    List<double[][][]> y1 = new ArrayList<>();
    for (int l = 0; l < x.size(); l++) {
      y1.add(SlowNetwork.scaleAndShift(x1.get(l), r2.get(l), logDet));
    }
    List<double[][][]> r1 = crossConvolutions(network, "g.s1", y1);
    List<double[][][]> y = new ArrayList<>();
    for (int l = 0; l < x.size(); l++) {
      double[][][] y2 = SlowNetwork.scaleAndShift(x2.get(l), r1.get(l), logDet);
      y.add(concat(List.of(y1.get(l), y2)));
    }
    return new Slow(y, logDet[0]);
  }

  /** Term by term as CS-Flow's figure 3 has them for three scales. */
  private static List<double[][][]> crossConvolutions(
      SlowNetwork f, String name, List<double[][][]> x) {
    double[][][] h0 = SlowNetwork.leaky(f.conv(name + ".conv_scale0_0", x.get(0), 1));
    double[][][] h1 = SlowNetwork.leaky(f.conv(name + ".conv_scale1_0", x.get(1), 1));
    double[][][] h2 = SlowNetwork.leaky(f.conv(name + ".conv_scale2_0", x.get(2), 1));
    double[][][] up1 = SlowNetwork.resize(h1, h0[0].length, h0[0][0].length);
    double[][][] up2 = SlowNetwork.resize(h2, h1[0].length, h1[0][0].length);
    double[][][] r0 =
        SlowNetwork.add(
            f.conv(name + ".conv_scale0_1", h0, 1), f.conv(name + ".up_conv10", up1, 1));
    double[][][] r1 =
        SlowNetwork.add(
            SlowNetwork.add(
                f.conv(name + ".conv_scale1_1", h1, 1), f.conv(name + ".down_conv01", h0, 2)),
            f.conv(name + ".up_conv21", up2, 1));
    double[][][] r2 =
        SlowNetwork.add(
            f.conv(name + ".conv_scale2_1", h2, 1), f.conv(name + ".down_conv12", h1, 2));
    return List.of(
        SlowNetwork.map(r0, (c, v) -> v * f.parameter(name + ".gamma0", 0)),
        SlowNetwork.map(r1, (c, v) -> v * f.parameter(name + ".gamma1", 0)),
        SlowNetwork.map(r2, (c, v) -> v * f.parameter(name + ".gamma2", 0)));
  }

  @Test
  void hierarchicalCouplingOfEqualAndUnequalParts() {
    for (int parts : new int[] {2, 3, 4, 6}) {
      for (int channels : new int[] {12, 11}) {
        if ((parts - 1) * ((channels + parts - 1) / parts) >= channels) {
          continue;
        }
        Flow flow = new PerScale(List.of(new HierarchicalCoupling("h", parts, 3, 5)));
        int s = parts;
        same(flow, new long[][] {{2, channels, 3, 5}}, (network, x) -> hierarchy(network, x, s));
      }
    }
  }

  private static Slow hierarchy(SlowNetwork network, List<double[][][]> x, int parts) {
    double[][][] all = x.get(0);
    int w = (all.length + parts - 1) / parts;
    double[] logDet = {0};
    List<double[][][]> y = new ArrayList<>();
    y.add(Arrays.copyOfRange(all, 0, w));
    double[][][] h = y.get(0);
    for (int i = 2; i <= parts; i++) {
      double[][][] part = Arrays.copyOfRange(all, (i - 1) * w, Math.min(all.length, i * w));
      String hpm = "h.hpm" + (i - 1);
      double[][][] inner = network.batchNorm(hpm + ".bn1", network.conv(hpm + ".conv1", h, 1));
      double[][][] out = network.conv(hpm + ".conv2", SlowNetwork.leaky(inner), 1);
      double[][][] transformed = SlowNetwork.scaleAndShift(part, out, logDet);
      y.add(transformed);
      h = SlowNetwork.add(transformed, h); // as far as the narrower of the two goes
    }
    return new Slow(List.<double[][][]>of(concat(y)), logDet[0]);
  }

  @Test
  void conditionalFlowTakesEachPositionForItself() {
    long[] shape = {2, 5, 3, 4};
    ConditionalFlow flow = new ConditionalFlow("c", 1, 8, SoftClamp.TANH, 1.9);
    same(flow, new long[][] {shape}, SlowCouplingTest::conditional);
  }

  private static Slow conditional(SlowNetwork network, List<double[][][]> x) {
    double[][][] map = x.get(0);
    String name = "c.scale0.module_list.0";
    double[][][] z = new double[5][map[0].length][map[0][0].length];
    double logDet = 0;
    for (int row = 0; row < map[0].length; row++) {
      for (int column = 0; column < map[0][0].length; column++) {
        double[] input = new double[3 + 8];
        for (int c = 0; c < 3; c++) {
          input[c] = map[c][row][column];
        }
        double slow = Math.pow(10_000, -0.5);
        double[] code = {
          Math.sin(column), Math.cos(column), Math.sin(column * slow), Math.cos(column * slow),
          Math.sin(row), Math.cos(row), Math.sin(row * slow), Math.cos(row * slow)
        };
        System.arraycopy(code, 0, input, 3, 8);
        double[] hidden = linear(network, name + ".subnet.0", input, 22);
        for (int i = 0; i < hidden.length; i++) {
          hidden[i] = Math.max(0, hidden[i]);
        }
        double[] out = linear(network, name + ".subnet.2", hidden, 4);
        double[] y = new double[5];
        for (int c = 0; c < 5; c++) {
          y[c] = map[c][row][column];
          if (c >= 3) {
            double logScale = 1.9 * Math.tanh(0.1 * out[c - 3]);
            y[c] = y[c] * Math.exp(logScale) + 0.1 * out[c - 3 + 2];
            logDet += logScale;
          }
          double g = network.parameter(name + ".global_scale", c);
          double scale = 0.1 * Math.log1p(Math.exp(0.5 * g)) / 0.5;
          y[c] = y[c] * scale + network.parameter(name + ".global_offset", c);
          logDet += Math.log(scale);
        }
        for (int i = 0; i < 5; i++) {
          for (int j = 0; j < 5; j++) {
            z[i][row][column] += network.parameter(name + ".w_perm", i * 5 + j) * y[j];
          }
        }
      }
    }
    return new Slow(List.<double[][][]>of(z), logDet);
  }

  private static double[] linear(SlowNetwork network, String name, double[] x, int out) {
    double[] y = new double[out];
    for (int o = 0; o < out; o++) {
      y[o] = network.parameter(name + ".bias", o);
      for (int i = 0; i < x.length; i++) {
        y[o] += network.parameter(name + ".weight", (long) o * x.length + i) * x[i];
      }
    }
    return y;
  }

  /** Flow and equations on the same parameters and the same features. */
  private static void same(Flow flow, long[][] shapes, Equations equations) {
    CostOps cost = new CostOps();
    flow.forward(cost, List.of(shapes));
    SplittableRandom random = new SplittableRandom(23);
    try (TensorScope scope = TensorScope.open();
        Parameters parameters =
            new Parameters(cost.parameters(), InvertibleModuleTest.strong(cost, 29), 31)) {
      Map<String, StoredTensor> stored = parameters.store();
      List<StoredTensor> x = new ArrayList<>();
      for (long[] shape : shapes) {
        float[] values = new float[(int) (shape[0] * shape[1] * shape[2] * shape[3])];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextGaussian();
        }
        x.add(StoredTensor.of(values, shape));
      }
      List<Tensor> features = x.stream().map(TensorCopy::tensor).toList();
      Latents<Tensor> z = flow.forward(new TorchOps(parameters), features);
      for (int n = 0; n < shapes[0][0]; n++) {
        int sample = n;
        List<double[][][]> one = x.stream().map(t -> SlowNetwork.sample(t, sample)).toList();
        Slow expected = equations.apply(new SlowNetwork(stored), one);
        for (int scale = 0; scale < shapes.length; scale++) {
          double[][][] actual = SlowNetwork.sample(TensorCopy.store(z.values().get(scale)), sample);
          close(expected.values.get(scale), actual);
        }
        double logDet = z.logDetJacobian().get(n).item_double();
        assertEquals(expected.logDet, logDet, TOLERANCE * Math.max(1, Math.abs(logDet)));
      }
    }
  }

  private static void close(double[][][] expected, double[][][] actual) {
    assertEquals(expected.length, actual.length);
    for (int c = 0; c < expected.length; c++) {
      for (int r = 0; r < expected[0].length; r++) {
        for (int s = 0; s < expected[0][0].length; s++) {
          double tolerance = TOLERANCE * Math.max(1, Math.abs(expected[c][r][s]));
          assertEquals(expected[c][r][s], actual[c][r][s], tolerance);
        }
      }
    }
  }

  private static double[][][] concat(List<double[][][]> parts) {
    List<double[][]> planes = new ArrayList<>();
    parts.forEach(part -> planes.addAll(Arrays.asList(part)));
    return planes.toArray(double[][][]::new);
  }
}
