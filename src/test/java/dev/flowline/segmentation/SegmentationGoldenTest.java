package dev.flowline.segmentation;

import static org.junit.jupiter.api.Assertions.*;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.Golden;
import dev.flowline.WrittenGolden;
import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Parity with the released program. It loses leaves to others of equal log10 PFA, which is told
 * from the latents but by {@code final_kept}: with the same leaves lost its score must come out.
 */
class SegmentationGoldenTest {
  private static final SegmentationOptions AS_RELEASED =
      SegmentationOptions.DEFAULT.withPfaBound(PfaBound.AS_RELEASED);

  @TestFactory
  Stream<DynamicTest> trees() throws IOException {
    return Golden.cases("e\\d", golden -> checkTrees(new Case(golden)));
  }

  @TestFactory
  Stream<DynamicTest> scores() throws IOException {
    return Golden.cases("e\\d", golden -> checkScore(new Case(golden)));
  }

  /** Only where rounding decides do the scores in float and in double differ. */
  @TestFactory
  Stream<DynamicTest> scoresInDouble() throws IOException {
    return Golden.cases(
        "e\\d",
        golden -> new Case(golden).roundingSensitive(),
        golden -> checkScoreInDouble(new Case(golden)));
  }

  @TestFactory
  Stream<DynamicTest> numbersOfTests() throws IOException {
    return Golden.cases("e_number_of_tests", SegmentationGoldenTest::checkNumberOfTests);
  }

  /**
   * Of other sizes: two images, neither squares nor multiples of each other, some values of 1e9
   * beside a background of about −70.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 11, 13, 29, 41",
    "2, 9, 12, 31, 37",
    "3, 17, 8, 64, 64",
    "4, 12, 12, 7, 9",
    "5, 24, 20, 72, 100",
    "6, 22, 13, 154, 39"
  })
  void aCaseOfOtherSizesAndMagnitudes(
      int seed, int rows, int columns, int height, int width, @TempDir Path folder)
      throws IOException {
    SlowReleased slow = new SlowReleased(new WrittenGolden(), 2, height, width);
    Random random = new Random(seed);
    slow.scale(0, latents(random, 2, 20, rows, columns), 20, rows, columns);
    int less = (rows + 1) / 2;
    slow.scale(1, latents(random, 2, 33, less, columns - 5), 33, less, columns - 5);
    Golden golden = slow.written().in(folder, "e_other");
    double[] score = golden.tensor("score").toDoubles();
    assertTrue(Arrays.stream(score).max().orElseThrow() > 1e8);
    assertTrue(Arrays.stream(score).min().orElseThrow() < -50);
    checkTrees(new Case(golden));
    checkScore(new Case(golden));
  }

  /** Of other sizes: the sum over the scales by its definition, in double. */
  @Test
  void numbersOfTestsOfOtherSizes(@TempDir Path folder) throws IOException {
    long[][] sizes = {{5}, {9, 8}, {250, 63, 12, 6}, {31}, {1, 250}};
    double[] log10 = new double[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      double sum = 0;
      for (long pixels : sizes[i]) {
        sum += SlowReleased.numberOfTests((int) pixels);
      }
      log10[i] = (float) Math.log10(sum);
    }
    long[] flat = Arrays.stream(sizes).flatMapToLong(Arrays::stream).toArray();
    checkNumberOfTests(
        new WrittenGolden()
            .tensor("log_n_tests", log10, log10.length)
            .tensor(
                "sizes_count",
                Arrays.stream(sizes).mapToLong(one -> one.length).toArray(),
                sizes.length)
            .tensor("sizes_flat", flat, flat.length)
            .in(folder, "e_number_of_tests_other"));
  }

  /** Noise with a few pixels whose energy is some 1e9. */
  private static float[] latents(Random random, int images, int channels, int rows, int columns) {
    int pixels = rows * columns;
    float[] z = new float[images * channels * pixels];
    for (int image = 0; image < images; image++) {
      int first = random.nextInt(pixels);
      int second = random.nextInt(pixels);
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < pixels; i++) {
          double scale = i == first ? 2e4 : i == second ? 3 : 1;
          z[(image * channels + c) * pixels + i] = (float) (scale * random.nextGaussian());
        }
      }
    }
    return z;
  }

  private static void checkTrees(Case golden) {
    for (int image = 0; image < golden.images(); image++) {
      for (int scale = 0; scale < golden.scales(); scale++) {
        if (golden.hasTree(image, scale)) {
          checkTree(golden.tree(image, scale));
        }
      }
    }
  }

  private static void checkNumberOfTests(Golden golden) {
    Safetensors file = golden.file();
    double[] expected = file.tensor("log_n_tests").toDoubles();
    long[] count = file.tensor("sizes_count").toLongs();
    long[] flat = file.tensor("sizes_flat").toLongs();
    int at = 0;
    for (int i = 0; i < expected.length; i++) {
      int[] sizes =
          Arrays.stream(flat, at, at + (int) count[i]).mapToInt(Math::toIntExact).toArray();
      at += count[i];
      assertEquals(
          expected[i],
          NumberOfTests.log10(sizes),
          Math.abs(expected[i]) * 1.2e-7,
          () -> Arrays.toString(sizes));
    }
  }

  private static void checkTree(GoldenTree golden) {
    ComponentTree tree = ComponentTree.of(golden.levels, golden.height, golden.width, 4);
    NativeSelection selection = golden.select();
    checkNodes(golden, tree, selection);
    checkRegions(golden, selection);
    double[] map = golden.tensor("log_prob_map").toDoubles();
    boolean[] lost = golden.lost();
    for (int pixel = 0; pixel < map.length; pixel++) {
      if (Double.isNaN(map[pixel])) {
        boolean inRegion = selection.regionOfPixel()[pixel] >= 0;
        assertEquals(lost[pixel], inRegion, "pixel " + pixel + " is in a lost leaf");
        if (!inRegion) {
          assertEquals(0.0f, selection.painted()[pixel], "pixel " + pixel + " of no region");
        }
      } else {
        assertEquals(
            (float) finite(map[pixel]),
            selection.painted()[pixel],
            Math.abs(finite(map[pixel])) * 1e-6 + golden.cancellation(map.length),
            "log10 PFA of pixel " + pixel);
      }
    }
  }

  private static void checkNodes(GoldenTree golden, ComponentTree tree, NativeSelection selection) {
    int nodes = tree.parent().length;
    long[] sum = new long[nodes];
    int[] smallest = new int[nodes];
    Arrays.fill(smallest, Integer.MAX_VALUE);
    for (int pixel = 0; pixel < tree.nodeOfPixel().length; pixel++) {
      int own = tree.nodeOfPixel()[pixel];
      sum[own] += pixel;
      smallest[own] = Math.min(smallest[own], pixel);
    }
    for (int node = nodes - 1; node > 0; node--) {
      int parent = tree.parent()[node];
      sum[parent] += sum[node];
      smallest[parent] = Math.min(smallest[parent], smallest[node]);
    }
    Integer[] sorted = IntStream.range(0, nodes).boxed().toArray(Integer[]::new);
    Arrays.sort(
        sorted,
        Comparator.comparingInt((Integer node) -> smallest[node])
            .thenComparingInt(node -> tree.area()[node]));

    float[] level = golden.tensor("node_level").toFloats();
    double[] size = golden.tensor("node_size").toDoubles();
    double[] minPixel = golden.tensor("node_min_pixel").toDoubles();
    double[] pixelSum = golden.tensor("node_pixel_sum").toDoubles();
    double[] log10Pfa = golden.tensor("node_log_prob").toDoubles();
    assertEquals(level.length, nodes, "number of nodes");
    for (int i = 0; i < nodes; i++) {
      int node = sorted[i];
      String where = "node " + i;
      assertEquals(level[i] + 0.0f, tree.altitude()[node], where);
      assertEquals(size[i], tree.area()[node], where);
      assertEquals(minPixel[i], smallest[node], where);
      assertEquals(pixelSum[i], sum[node], where);
      golden.assertLog10Pfa(log10Pfa[i], selection.log10Pfa()[node], tree.area()[node], where);
    }
  }

  private static void checkRegions(GoldenTree golden, NativeSelection selection) {
    List<int[]> regions = new ArrayList<>(selection.regions().values());
    double[] log10Pfa = golden.tensor("final_log_prob").toDoubles();
    List<int[]> expected = golden.finalRegions();
    assertEquals(expected.size(), regions.size(), "number of regions");
    for (int i = 0; i < regions.size(); i++) {
      int[] pixels = regions.get(i);
      assertArrayEquals(expected.get(i), pixels, "pixels of region " + i);
      golden.assertLog10Pfa(
          log10Pfa[i], selection.log10PfaAt(pixels[0]), pixels.length, "region " + i);
    }
  }

  /**
   * The released score, from the released leaves and from ours on the given sums; from the latents
   * the score with the lost leaves put back, within the rounding of another summation order.
   */
  private static void checkScore(Case golden) {
    StoredTensor score = golden.file.tensor("score");
    int height = (int) score.shape()[2];
    int width = (int) score.shape()[3];
    List<NfaMap> maps;
    try (NativeLatents latents = new NativeLatents();
        AContrario aContrario = new AContrario(AS_RELEASED, 1)) {
      for (int scale = 0; scale < golden.scales(); scale++) {
        StoredTensor z = golden.file.tensor("z." + scale);
        latents.add(z.toFloats(), z.shape());
      }
      maps = aContrario.segment(latents.views(), height, width);
    }
    double[] released = score.toDoubles();
    for (int image = 0; image < golden.images(); image++) {
      double[] error = golden.interpolationError(score, image);
      boolean trees = golden.hasTrees(image);
      // Where rounding decides between ties, only the tree's own inputs or doubles can tell.
      boolean fromLatents = !golden.roundingSensitive();
      assertTrue(trees || fromLatents || golden.scoreInDouble() != null, "nothing to compare with");
      double[] complete = trees ? golden.score(image, height, width, GoldenTree::complete) : null;
      double[] kept = trees ? golden.score(image, height, width, GoldenTree::kept) : null;
      double[] ours = trees ? golden.score(image, height, width, GoldenTree::oursKept) : null;
      float[] map = maps.get(image).log10Nfa();
      for (int pixel = 0; pixel < map.length; pixel++) {
        double wanted = released[image * map.length + pixel];
        String where = "image " + image + ", pixel " + pixel;
        if (trees) {
          double absolute = 1e-3 + error[pixel];
          assertClose(wanted, kept[pixel], absolute, 1e-5, where + " from the released leaves");
          assertClose(wanted, ours[pixel], absolute, 1e-5, where + " from our leaves");
        }
        if (fromLatents) {
          double expected = trees ? complete[pixel] : wanted;
          double actual = -map[pixel];
          double unclear = 0.5 + error[pixel];
          assertTrue(Math.abs(expected) < unclear || expected > 0 == actual > 0, where);
          assertClose(expected, actual, 0.05 + error[pixel], 1e-3, where);
        }
      }
    }
  }

  /**
   * The score that the released program has with latents in double, by {@link SlowTree} on the
   * ranks of the energies in double. Which of several leaves of equal log10 PFA it keeps is not
   * told: then its score lies between those with all and with none of them.
   */
  private static void checkScoreInDouble(Case golden) {
    double[] expected = golden.scoreInDouble();
    assumeTrue(expected != null, "no score_f64");
    int height = (int) golden.file.tensor("score_f64").shape()[2];
    int width = (int) golden.file.tensor("score_f64").shape()[3];
    for (int image = 0; image < golden.images(); image++) {
      double[] error = golden.interpolationError(golden.file.tensor("score_f64"), image);
      List<DoubleLeaves> scales = new ArrayList<>();
      for (int scale = 0; scale < golden.scales(); scale++) {
        scales.add(DoubleLeaves.of(golden.file.tensor("z." + scale), image));
      }
      double[] all = golden.score(scales, DoubleLeaves::all, height, width);
      double[] distinct = golden.score(scales, DoubleLeaves::distinct, height, width);
      for (int pixel = 0; pixel < all.length; pixel++) {
        double score = expected[image * all.length + pixel];
        double tolerance = 1e-3 + error[pixel] + 1e-5 * Math.abs(score);
        assertTrue(
            distinct[pixel] - tolerance <= score && score <= all[pixel] + tolerance,
            "image %d, pixel %d: %s is not in %s to %s"
                .formatted(image, pixel, score, distinct[pixel], all[pixel]));
      }
    }
  }

  private static void assertClose(
      double expected, double actual, double absolute, double relative, String where) {
    assertEquals(expected, actual, absolute + relative * Math.abs(expected), where);
  }

  /** The released program stores −∞ as the largest negative float. */
  private static double finite(double log10Pfa) {
    return Math.max(log10Pfa, -Float.MAX_VALUE);
  }

  private record Case(JsonNode json, Safetensors file) {
    Case(Golden golden) {
      this(golden.json(), golden.file());
    }

    int images() {
      return (int) file.tensor("z.0").shape()[0];
    }

    int scales() {
      return (int) IntStream.range(0, 64).filter(i -> file.tensors().containsKey("z." + i)).count();
    }

    /** By pixel of one image's score: see {@link Golden#interpolationError}. */
    double[] interpolationError(StoredTensor score, int image) {
      int height = (int) score.shape()[2];
      int width = (int) score.shape()[3];
      int rows = height;
      int columns = width;
      for (int scale = 0; scale < scales(); scale++) {
        rows = Math.min(rows, (int) file.tensor("z." + scale).shape()[2]);
        columns = Math.min(columns, (int) file.tensor("z." + scale).shape()[3]);
      }
      int pixels = height * width;
      double[] own = Arrays.copyOfRange(score.toDoubles(), image * pixels, (image + 1) * pixels);
      return Golden.interpolationError(own, height, width, rows, columns);
    }

    boolean roundingSensitive() {
      return json.path("float64_latents_vs_float32").path("rounding_sensitive").asBoolean();
    }

    boolean hasTree(int image, int scale) {
      return file.tensors().containsKey("tree." + image + "." + scale + ".score_mean");
    }

    GoldenTree tree(int image, int scale) {
      long[] shape = file.tensor("z." + scale).shape();
      return new GoldenTree(file, "tree." + image + "." + scale + ".", shape);
    }

    boolean hasTrees(int image) {
      return IntStream.range(0, scales()).allMatch(scale -> hasTree(image, scale));
    }

    /** As the released program has it in double; null if it is not there. */
    double[] scoreInDouble() {
      return file.tensors().containsKey("score_f64") ? file.tensor("score_f64").toDoubles() : null;
    }

    double[] score(int image, int height, int width, Function<GoldenTree, double[]> mapOf) {
      List<GoldenTree> trees =
          IntStream.range(0, scales()).mapToObj(scale -> tree(image, scale)).toList();
      return score(trees, mapOf, height, width);
    }

    <S extends Scale> double[] score(
        List<S> scales, Function<S, double[]> mapOf, int height, int width) {
      double[] smallest = new double[height * width];
      Arrays.fill(smallest, Double.POSITIVE_INFINITY);
      for (S scale : scales) {
        double[] map =
            Bilinear.resize(mapOf.apply(scale), scale.height(), scale.width(), height, width);
        for (int i = 0; i < map.length; i++) {
          smallest[i] = Math.min(smallest[i], map[i]);
        }
      }
      double tests = file.tensor("log_n_tests").get(0);
      return Arrays.stream(smallest).map(value -> -(value + tests)).toArray();
    }
  }

  private interface Scale {
    int height();

    int width();
  }

  /** The leaves of one scale, from its energies in double: log10 PFA and pixels. */
  private record DoubleLeaves(int height, int width, List<Double> log10Pfa, List<int[]> pixels)
      implements Scale {
    static DoubleLeaves of(StoredTensor z, int image) {
      int channels = (int) z.shape()[1];
      int height = (int) z.shape()[2];
      int width = (int) z.shape()[3];
      int count = height * width;
      float[] values = z.toFloats();
      double[] energy = new double[count];
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < count; i++) {
          double value = values[(image * channels + c) * count + i];
          energy[i] += value * value;
        }
      }
      double[] sorted = Arrays.stream(energy).sorted().distinct().toArray();
      float[] rank = new float[count];
      for (int i = 0; i < count; i++) {
        rank[i] = Arrays.binarySearch(sorted, energy[i]);
      }
      ToDoubleFunction<SlowTree.Node> value =
          node -> log10Pfa(channels, sorted[(int) node.altitude], node.area());
      List<SlowTree.Node> leaves = SlowTree.of(rank, height, width, 4).select(value);
      return new DoubleLeaves(
          height,
          width,
          leaves.stream().map(value::applyAsDouble).toList(),
          leaves.stream().map(leaf -> leaf.pixels.stream().toArray()).toList());
    }

    private static double log10Pfa(int channels, double energy, int pixels) {
      double[] log10 = new double[1];
      FlowlineException.check(
          LibFlowline.flowline_log10_pfa(
              PfaBound.AS_RELEASED.code, channels, energy, pixels, log10));
      return log10[0];
    }

    double[] all() {
      return painted(leaf -> true);
    }

    /** Without those that share their log10 PFA with another. */
    double[] distinct() {
      return painted(leaf -> Collections.frequency(log10Pfa, log10Pfa.get(leaf)) == 1);
    }

    private double[] painted(IntPredicate kept) {
      double[] map = new double[height * width];
      for (int leaf = 0; leaf < pixels.size(); leaf++) {
        if (kept.test(leaf)) {
          for (int pixel : pixels.get(leaf)) {
            map[pixel] = finite(log10Pfa.get(leaf));
          }
        }
      }
      return map;
    }
  }

  private static final class GoldenTree implements Scale {
    final Safetensors file;
    final String prefix;
    final int channels;
    final int height;
    final int width;
    final float[] levels;
    final float[] energies;

    GoldenTree(Safetensors file, String prefix, long[] shape) {
      this.file = file;
      this.prefix = prefix;
      channels = (int) shape[1];
      height = (int) shape[2];
      width = (int) shape[3];
      levels = tensor("score_mean").toFloats();
      energies = tensor("zi2_sum").toFloats();
    }

    @Override
    public int height() {
      return height;
    }

    @Override
    public int width() {
      return width;
    }

    StoredTensor tensor(String name) {
      return file.tensor(prefix + name);
    }

    List<int[]> finalRegions() {
      int[] pixels =
          Arrays.stream(tensor("final_pixels").toLongs()).mapToInt(Math::toIntExact).toArray();
      List<int[]> regions = new ArrayList<>();
      int at = 0;
      for (long size : tensor("final_size").toLongs()) {
        regions.add(Arrays.copyOfRange(pixels, at, at + (int) size));
        at += (int) size;
      }
      return regions;
    }

    /** By pixel: whether the program loses its leaf to another of equal log10 PFA. */
    boolean[] lost() {
      boolean[] lost = new boolean[height * width];
      long[] kept = tensor("final_kept").toLongs();
      List<int[]> regions = finalRegions();
      for (int i = 0; i < regions.size(); i++) {
        for (int pixel : regions.get(i)) {
          lost[pixel] = kept[i] == 0;
        }
      }
      return lost;
    }

    /** The released leaves painted, the lost ones too. */
    double[] complete() {
      double[] map = new double[height * width];
      double[] log10Pfa = tensor("final_log_prob").toDoubles();
      List<int[]> regions = finalRegions();
      for (int i = 0; i < regions.size(); i++) {
        for (int pixel : regions.get(i)) {
          map[pixel] = finite(log10Pfa[i]);
        }
      }
      return map;
    }

    /** The released leaves painted, but for the lost ones. */
    double[] kept() {
      return withoutLost(complete());
    }

    /** libflowline's leaves on the released program's own sums, but for the lost ones. */
    double[] oursKept() {
      float[] painted = select().painted();
      return withoutLost(IntStream.range(0, painted.length).mapToDouble(i -> painted[i]).toArray());
    }

    private double[] withoutLost(double[] map) {
      boolean[] lost = lost();
      return IntStream.range(0, map.length).mapToDouble(i -> lost[i] ? 0 : map[i]).toArray();
    }

    NativeSelection select() {
      return NativeSelection.of(levels, energies, height, width, channels, 0, AS_RELEASED);
    }

    /** What t − 1 − log t loses in double where t is near 1; ours does not. */
    double cancellation(int pixels) {
      return pixels * (channels / 2.0) * 4 * Math.ulp(1.0);
    }

    void assertLog10Pfa(double expected, double actual, int pixels, String where) {
      if (expected == actual) {
        return;
      }
      assertEquals(expected, actual, Math.abs(expected) * 1e-12 + cancellation(pixels), where);
    }
  }
}
