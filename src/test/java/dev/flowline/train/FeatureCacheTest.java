package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.ChildJvm;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureCacheTest {
  private static final List<long[]> SHAPES = List.of(new long[] {3, 5, 4}, new long[] {7, 2, 2});
  private static final int BYTES_PER_IMAGE = (60 + 28) * Float.BYTES;
  private static final int IMAGES = 11;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, BYTES_PER_IMAGE, 4 * BYTES_PER_IMAGE + 1, IMAGES * BYTES_PER_IMAGE})
  void memoryAndSpillFileGiveTheFeaturesThatWereAdded(int budget) throws IOException {
    float[][] all = {random(1, IMAGES * 60), random(2, IMAGES * 28)};
    try (FeatureCache cache = new FeatureCache(SHAPES, budget, folder)) {
      fill(cache, all, 1, 4, 5, 1);
      assertEquals(IMAGES, cache.size());
      assertEquals(budget < IMAGES * BYTES_PER_IMAGE, cache.spilled());
      long fitting = Math.min(IMAGES, budget / BYTES_PER_IMAGE);
      assertEquals(fitting * BYTES_PER_IMAGE, cache.memoryBytes());
      assertNothingIn(folder);
      for (int[] batch :
          List.of(new int[] {10}, new int[] {0, 10, 3, 3}, IntStream.range(0, IMAGES).toArray())) {
        assertBatch(all, cache, batch);
      }
    }
    assertNothingIn(folder);
  }

  /** Mappings of the file may outlive the cache for long, one comparison may fill many. */
  @Test
  void whatIsClosedTakesNoDisk() throws IOException {
    FeatureCache cache = new FeatureCache(SHAPES, 0, folder);
    fill(cache, new float[][] {random(1, IMAGES * 60), random(2, IMAGES * 28)}, IMAGES);
    try (FileChannel file = FileChannel.open(openFileIn(folder), StandardOpenOption.READ)) {
      assertTrue(file.size() >= IMAGES * BYTES_PER_IMAGE, file.size() + " bytes");
      cache.close();
      assertEquals(0, file.size());
    }
    cache.close();
  }

  /** The way to an open file that has no name any more. */
  private static Path openFileIn(Path folder) throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        boolean there = Files.isSymbolicLink(descriptor);
        if (there && Files.readSymbolicLink(descriptor).startsWith(folder.toRealPath())) {
          return descriptor;
        }
      }
    }
    throw new AssertionError("no file of " + folder + " is open");
  }

  @Test
  void manyImagesInTheFileTakeFewMappings() throws IOException {
    List<long[]> shapes = List.of(new long[] {1, 1, 1});
    try (FeatureCache cache = new FeatureCache(shapes, 0, folder);
        TensorScope scope = TensorScope.open()) {
      int images = 3000;
      float[] values = random(5, images);
      cache.add(List.of(tensor(values, images, 1, 1, 1)));
      long mappings =
          Files.readAllLines(Path.of("/proc/self/maps")).stream()
              .filter(line -> line.contains(folder.toString()))
              .count();
      assertTrue(mappings >= 1 && mappings < 10, mappings + " mappings");
      StoredTensor last = TensorCopy.store(cache.batch(images - 1).get(0));
      assertEquals(values[images - 1], last.get(0));
    }
  }

  @Test
  void anImageLargerThanAChunkHasOneOfItsOwn() throws IOException {
    List<long[]> shapes = List.of(new long[] {33, 1024, 1024}, new long[] {1, 1, 1}); // 132 MiB
    try (FeatureCache cache = new FeatureCache(shapes, 0, folder);
        TensorScope scope = TensorScope.open()) {
      Tensor large = tensor(new float[33 << 20], 1, 33, 1024, 1024);
      for (int i = 0; i < 2; i++) {
        cache.add(List.of(large, tensor(new float[] {i + 1}, 1, 1, 1, 1)));
      }
      for (int i = 0; i < 2; i++) {
        assertEquals(i + 1, TensorCopy.store(cache.batch(i).get(1)).get(0));
      }
    }
  }

  @Test
  void anEmptyBatchIsEmpty() throws IOException {
    try (FeatureCache cache = new FeatureCache(SHAPES, 0, folder);
        TensorScope scope = TensorScope.open()) {
      assertEquals(0, cache.size());
      assertArrayEquals(new long[] {0, 3, 5, 4}, Tensors.shape(cache.batch(new int[0]).get(0)));
    }
  }

  @Test
  void theChecksumTellsDataApartAndNotWhereTheyLie() throws IOException {
    float[][] all = {random(1, IMAGES * 60), random(2, IMAGES * 28)};
    try (FeatureCache memory = new FeatureCache(SHAPES, 1 << 20, folder);
        FeatureCache file = new FeatureCache(SHAPES, 0, folder);
        FeatureCache other = new FeatureCache(SHAPES, 1 << 20, folder)) {
      fill(memory, all, 11);
      fill(file, all, 3, 8);
      all[1][17] = Math.nextUp(all[1][17]);
      fill(other, all, 11);
      assertEquals(memory.checksum(), file.checksum());
      assertNotEquals(memory.checksum(), other.checksum());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3 * BYTES_PER_IMAGE, 1 << 20})
  void aPartIsAsIfItHadBeenAddedAlone(int budget) throws IOException {
    float[][] all = {random(1, IMAGES * 60), random(2, IMAGES * 28)};
    float[][] wanted = {random(3, 3 * 60), random(4, 3 * 28)};
    int[] chosen = {7, 0, 10};
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(all[0], chosen[i] * 60, wanted[0], i * 60, 60);
      System.arraycopy(all[1], chosen[i] * 28, wanted[1], i * 28, 28);
    }
    try (FeatureCache whole = new FeatureCache(SHAPES, budget, folder);
        FeatureCache alone = new FeatureCache(SHAPES, 1 << 20, folder)) {
      fill(whole, all, 4, 7);
      fill(alone, wanted, 3);
      try (FeatureCache part = whole.of(chosen)) {
        assertEquals(3, part.size());
        assertEquals(alone.checksum(), part.checksum());
        assertBatch(wanted, part, new int[] {2, 0, 1});
        assertThrows(IllegalStateException.class, () -> fill(part, wanted, 1));
      }
      assertBatch(all, whole, new int[] {7, 0, 10}); // still open
    }
  }

  @Test
  void featuresOfAnotherShapeAreRefused() throws IOException {
    try (FeatureCache cache = new FeatureCache(SHAPES, 1 << 20, folder);
        TensorScope scope = TensorScope.open()) {
      List<Tensor> wrong =
          List.of(tensor(new float[60], 1, 3, 4, 5), tensor(new float[28], 1, 7, 2, 2));
      var e = assertThrows(IllegalArgumentException.class, () -> cache.add(wrong));
      assertTrue(e.getMessage().contains("[3, 5, 4]"), e.getMessage());
      assertTrue(e.getMessage().contains("[3, 4, 5]"), e.getMessage());
    }
  }

  @Test
  void theLimitOfDirectBuffersIsNoLimit() throws Exception {
    var outcome = fillInAChild(0, 1L << 40);
    assertEquals("spilled: false", outcome.output().strip());
    assertEquals(0, outcome.exitCode());
  }

  @Test
  void aFullDiskNamesTheFolder() throws Exception {
    var outcome = fillInAChild(4096, 1 << 20);
    assertEquals(1, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("cannot keep features in " + folder), outcome.output());
    assertNothingIn(folder);
  }

  private ChildJvm.Outcome fillInAChild(int largestFileKib, long budget) throws Exception {
    return ChildJvm.run(
        ChildJvm.of(
            Filler.class,
            largestFileKib,
            List.of("-Xmx256m", "-XX:MaxDirectMemorySize=8m"),
            Long.toString(budget),
            folder.toString()));
  }

  /** Fills a cache with 16 MiB and tells whether it has spilled. */
  static final class Filler {
    public static void main(String[] arguments) {
      List<long[]> shapes = List.of(new long[] {16, 128, 128}); // 1 MiB
      long budget = Long.parseLong(arguments[0]);
      try (FeatureCache cache = new FeatureCache(shapes, budget, Path.of(arguments[1]));
          TensorScope scope = TensorScope.open()) {
        Tensor image = tensor(new float[1 << 18], 1, 16, 128, 128);
        for (int i = 0; i < 16; i++) {
          cache.add(List.of(image));
        }
        System.out.println("spilled: " + cache.spilled());
      } catch (IOException e) {
        System.out.println(e.getMessage());
        System.exit(1);
      }
    }
  }

  private static void fill(FeatureCache cache, float[][] all, int... batches) throws IOException {
    int first = 0;
    for (int count : batches) {
      try (TensorScope scope = TensorScope.open()) {
        List<Tensor> features = new ArrayList<>();
        for (int scale = 0; scale < all.length; scale++) {
          long[] s = SHAPES.get(scale);
          int length = (int) (s[0] * s[1] * s[2]);
          float[] part =
              java.util.Arrays.copyOfRange(all[scale], first * length, (first + count) * length);
          features.add(tensor(part, count, s[0], s[1], s[2]));
        }
        cache.add(features);
      }
      first += count;
    }
  }

  private static void assertBatch(float[][] all, FeatureCache cache, int[] images) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> batch = cache.batch(images);
      for (int scale = 0; scale < all.length; scale++) {
        long[] s = SHAPES.get(scale);
        int length = (int) (s[0] * s[1] * s[2]);
        float[] wanted = new float[images.length * length];
        for (int i = 0; i < images.length; i++) {
          System.arraycopy(all[scale], images[i] * length, wanted, i * length, length);
        }
        StoredTensor actual = TensorCopy.store(batch.get(scale));
        assertArrayEquals(new long[] {images.length, s[0], s[1], s[2]}, actual.shape());
        assertArrayEquals(wanted, actual.toFloats());
      }
    }
  }

  private static Tensor tensor(float[] values, long... shape) {
    return TensorCopy.tensor(StoredTensor.of(values, shape));
  }

  private static float[] random(long seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void assertNothingIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertFalse(files.findAny().isPresent());
    }
  }
}
