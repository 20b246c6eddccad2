package dev.flowline.segmentation;

import static org.junit.jupiter.api.Assertions.*;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** libflowline against {@link SlowTree} on random maps; a failure names the map's seed. */
class SlowTreeTest {
  private static final long SEED = 20261121;

  @ParameterizedTest
  @EnumSource
  void treesAreTheSame(RandomMaps.Kind kind) {
    for (long seed = SEED; seed < SEED + 250; seed++) {
      Random random = new Random(seed);
      int[] size = RandomMaps.size(random);
      float[] map = RandomMaps.energies(random, kind, size[0], size[1], 3);
      for (int connectivity : new int[] {4, 8}) {
        checkTree(map, size[0], size[1], connectivity, kind + ", seed " + seed);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void selectionsAreTheSame(RandomMaps.Kind kind) {
    for (long seed = SEED; seed < SEED + 250; seed++) {
      Random random = new Random(seed);
      int[] size = RandomMaps.size(random);
      int channels = 1 + random.nextInt(12);
      float[] map = RandomMaps.energies(random, kind, size[0], size[1], channels);
      for (SegmentationOptions options : everyOption()) {
        checkSelection(map, size[0], size[1], channels, options, kind + ", seed " + seed);
      }
    }
  }

  /** From latents on: energy, forest or tree, selection, painting, interpolation, minimum. */
  @Test
  void segmentationsAreTheSame() {
    for (long seed = SEED; seed < SEED + 600; seed++) {
      Random random = new Random(seed);
      int images = 1 + random.nextInt(2);
      List<int[]> sizes = new ArrayList<>();
      List<float[]> values = new ArrayList<>();
      try (NativeLatents latents = new NativeLatents()) {
        int scales = 1 + random.nextInt(3);
        for (int scale = 0; scale < scales; scale++) {
          int[] hw = RandomMaps.size(random);
          int channels = 1 + random.nextInt(9);
          sizes.add(new int[] {channels, hw[0], hw[1]});
          values.add(latents(random, images, channels, hw[0] * hw[1]));
          latents.add(values.get(scale), images, channels, hw[0], hw[1]);
        }
        int height = 1 + random.nextInt(20);
        int width = 1 + random.nextInt(20);
        for (SegmentationOptions options : everyOption()) {
          try (AContrario aContrario = new AContrario(options, 1)) {
            List<NfaMap> maps = aContrario.segment(latents.views(), height, width);
            for (int image = 0; image < images; image++) {
              SlowMap expected = SlowMap.of(values, sizes, image, height, width, options);
              assertMap(expected, maps.get(image), options + ", seed " + seed);
            }
          }
        }
      }
    }
  }

  private static void assertMap(SlowMap expected, NfaMap map, String where) {
    assertClose(expected.smallest, map.minLog10Nfa(), where + ", smallest");
    for (int i = 0; i < expected.log10Nfa.length; i++) {
      assertClose(expected.log10Nfa[i], map.log10Nfa()[i], where + ", pixel " + i);
      assertTrue(map.log10Nfa()[i] >= map.minLog10Nfa(), where + ", pixel " + i);
    }
  }

  private static void assertClose(double expected, double actual, String where) {
    assertEquals(expected, actual, 1e-4 + 1e-5 * Math.abs(expected), where);
  }

  /** smallest: before interpolation. */
  private record SlowMap(double[] log10Nfa, double smallest) {
    static SlowMap of(
        List<float[]> values,
        List<int[]> sizes,
        int image,
        int height,
        int width,
        SegmentationOptions options) {
      int[] pixels = sizes.stream().mapToInt(size -> size[1] * size[2]).toArray();
      int total = Arrays.stream(pixels).sum();
      double tests =
          options.numberOfTests() == NumberOfTests.PUBLISHED ? NumberOfTests.log10(pixels) : 0;
      double smallest = Double.POSITIVE_INFINITY;
      double[] map = new double[height * width];
      Arrays.fill(map, Double.POSITIVE_INFINITY);
      for (int scale = 0; scale < sizes.size(); scale++) {
        int[] size = sizes.get(scale);
        int count = size[0] * pixels[scale];
        float[] latent = Arrays.copyOfRange(values.get(scale), image * count, (image + 1) * count);
        float[] energy = slowEnergy(latent, size[0], pixels[scale]);
        double[] painted = slowPainted(energy, size[1], size[2], size[0], total, options);
        for (int i = 0; i < painted.length; i++) {
          painted[i] = Math.max(painted[i] + tests, -Float.MAX_VALUE);
          smallest = Math.min(smallest, painted[i]);
        }
        double[] wide = Bilinear.resize(painted, size[1], size[2], height, width);
        for (int i = 0; i < wide.length; i++) {
          map[i] = Math.min(map[i], wide[i]);
        }
      }
      return new SlowMap(map, smallest);
    }
  }

  /** Runs of 64 channels, then the runs' sums: the order that the header promises. */
  private static float[] slowEnergy(float[] latent, int channels, int pixels) {
    float[] energy = new float[pixels];
    for (int start = 0; start < channels; start += 64) {
      float[] run = new float[pixels];
      for (int c = start; c < Math.min(start + 64, channels); c++) {
        for (int i = 0; i < pixels; i++) {
          run[i] += latent[c * pixels + i] * latent[c * pixels + i];
        }
      }
      for (int i = 0; i < pixels; i++) {
        energy[i] += run[i];
      }
    }
    return energy;
  }

  private static double[] slowPainted(
      float[] energy, int height, int width, int channels, int total, SegmentationOptions options) {
    double[] painted = new double[energy.length];
    boolean bySize = options.numberOfTests() == NumberOfTests.BY_SIZE;
    double background = bySize ? NumberOfTests.log10BySize(energy.length, total, 1) : 0;
    Arrays.fill(painted, background);
    ToDoubleFunction<SlowTree.Node> value = value(energy.length, channels, total, options);
    for (SlowTree.Node region : SlowTree.of(energy, height, width, 4).select(value)) {
      double here = Math.min(value.applyAsDouble(region), background);
      region.pixels.stream().forEach(pixel -> painted[pixel] = here);
    }
    return painted;
  }

  private static void checkTree(
      float[] map, int height, int width, int connectivity, String where) {
    ComponentTree tree = ComponentTree.of(map, height, width, connectivity);
    List<SlowTree.Node> expected = SlowTree.of(map, height, width, connectivity).nodes;
    assertEquals(expected.size(), tree.parent().length, where);
    Map<SlowTree.Node, Integer> number = new HashMap<>();
    for (SlowTree.Node node : expected) {
      int own =
          node.pixels.stream().filter(pixel -> map[pixel] == node.altitude).findFirst().getAsInt();
      number.put(node, tree.nodeOfPixel()[own]);
    }
    assertEquals(expected.size(), number.values().stream().distinct().count(), where);
    for (SlowTree.Node node : expected) {
      int n = number.get(node);
      assertEquals(node.area(), tree.area()[n], where);
      assertEquals(node.altitude, tree.altitude()[n], where);
      assertEquals(node.parent == null ? -1 : number.get(node.parent), tree.parent()[n], where);
      assertTrue(tree.parent()[n] < n, where);
      node.pixels.stream()
          .filter(pixel -> map[pixel] == node.altitude)
          .forEach(pixel -> assertEquals(n, tree.nodeOfPixel()[pixel], where));
    }
  }

  private static void checkSelection(
      float[] map, int height, int width, int channels, SegmentationOptions options, String where) {
    int total = map.length + 7;
    NativeSelection selection =
        NativeSelection.of(map, null, height, width, channels, total, options);
    List<SlowTree.Node> expected =
        SlowTree.of(map, height, width, 4).select(value(map.length, channels, total, options));
    List<int[]> actual = new ArrayList<>(selection.regions().values());
    assertEquals(expected.size(), actual.size(), where + ", " + options);
    for (int i = 0; i < actual.size(); i++) {
      SlowTree.Node region = expected.get(i);
      assertArrayEquals(region.pixels.stream().toArray(), actual.get(i), where + ", " + options);
      assertEquals(
          log10Pfa(options.pfaBound(), channels, region),
          selection.log10PfaAt(actual.get(i)[0]),
          where + ", " + options);
    }
  }

  private static ToDoubleFunction<SlowTree.Node> value(
      int pixels, int channels, int total, SegmentationOptions options) {
    Map<SlowTree.Node, Double> known = new HashMap<>();
    return node ->
        known.computeIfAbsent(
            node,
            n -> {
              double value = log10Pfa(options.pfaBound(), channels, n);
              return options.numberOfTests() == NumberOfTests.BY_SIZE
                  ? value + NumberOfTests.log10BySize(pixels, total, n.area())
                  : value;
            });
  }

  private static double log10Pfa(PfaBound bound, int channels, SlowTree.Node node) {
    double[] log10 = new double[1];
    FlowlineException.check(
        LibFlowline.flowline_log10_pfa(bound.code, channels, node.altitude, node.area(), log10));
    return log10[0];
  }

  private static float[] latents(Random random, int images, int channels, int pixels) {
    float[] z = new float[images * channels * pixels];
    int kind = random.nextInt(4);
    float constant = random.nextInt(3);
    for (int i = 0; i < z.length; i++) {
      z[i] =
          switch (kind) {
            case 0 -> (float) random.nextGaussian();
            case 1 -> random.nextInt(3) - 1;
            case 2 -> (float) (random.nextGaussian() * (i % pixels < pixels / 4 ? 3 : 0.8));
            default -> constant;
          };
    }
    return z;
  }

  private static List<SegmentationOptions> everyOption() {
    return Arrays.stream(PfaBound.values())
        .flatMap(
            bound ->
                Arrays.stream(NumberOfTests.values())
                    .map(tests -> new SegmentationOptions(bound, tests, 0)))
        .toList();
  }
}
