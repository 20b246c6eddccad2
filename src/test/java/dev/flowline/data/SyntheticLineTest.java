package dev.flowline.data;

import static org.junit.jupiter.api.Assertions.*;

import dev.flowline.data.demo.Defect;
import dev.flowline.data.demo.Part;
import dev.flowline.data.demo.Product;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticLineTest {
  private static final int SIZE = 256;

  @TempDir Path root;

  @Test
  void writesAnMvtecFolder() throws IOException {
    SyntheticLine line = new SyntheticLine(1, 64, 3, 2, 2);
    List<Integer> progress = new ArrayList<>();
    line.write(root, (written, of) -> progress.add(written * 100 / of));
    assertEquals(line.images(), progress.size());
    assertEquals(100, progress.get(progress.size() - 1));
    Set<String> kinds = new java.util.TreeSet<>();
    for (Product product : Product.values()) {
      Dataset dataset = Layout.MVTEC.read(root, product.label());
      assertEquals(3, dataset.train().size());
      assertEquals(2, dataset.testOf(Sample.GOOD).size());
      assertEquals(2 + 2 * product.defects().size(), dataset.test().size());
      assertEquals(List.of(), dataset.warnings());
      kinds.addAll(dataset.defectTypes());
      for (Sample sample : dataset.test()) {
        boolean[] truth = GroundTruth.read(sample, 64, 64);
        assertEquals(sample.isGood(), count(truth) == 0, sample.toString());
      }
    }
    assertEquals(5, kinds.size());
    assertEquals(EnumSet.allOf(Defect.class).size(), kinds.size());
  }

  @Test
  void theSameSeedGivesTheSameBytes() throws IOException {
    Path first = root.resolve("a");
    Path again = root.resolve("b");
    Path other = root.resolve("c");
    new SyntheticLine(5, 64, 2, 1, 1).write(first, (written, of) -> {});
    new SyntheticLine(5, 64, 2, 1, 1).write(again, (written, of) -> {});
    new SyntheticLine(6, 64, 2, 1, 1).write(other, (written, of) -> {});
    assertEquals(digest(first), digest(again));
    assertEquals(digest(first).keySet(), digest(other).keySet());
    assertNotEquals(digest(first), digest(other));
  }

  private static TreeMap<String, Integer> digest(Path folder) throws IOException {
    TreeMap<String, Integer> digest = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        digest.put(
            folder.relativize(file).toString(),
            java.util.Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return digest;
  }

  @Test
  void aDefectDiffersFromItsGoodTwinInsideTheMaskOnly() {
    for (Product product : Product.values()) {
      for (Defect defect : product.defects()) {
        for (long seed = 0; seed < 25; seed++) {
          Part good = Part.good(product, SIZE, seed);
          Part bad = Part.defective(product, defect, SIZE, seed);
          String what = "%s, %s, seed %d".formatted(product, defect, seed);
          assertEquals(0, count(good.defective()), what);
          assertExact(good, bad, what);
        }
      }
    }
  }

  private static void assertExact(Part good, Part bad, String what) {
    byte[] a = good.image().samples8();
    byte[] b = bad.image().samples8();
    int defective = count(bad.defective());
    int visible = 0;
    for (int i = 0; i < bad.defective().length; i++) {
      int difference = 0;
      for (int c = 3 * i; c < 3 * i + 3; c++) {
        difference = Math.max(difference, Math.abs((a[c] & 0xFF) - (b[c] & 0xFF)));
      }
      if (!bad.defective()[i]) {
        assertEquals(0, difference, what + " outside its mask at " + i);
      } else if (difference > 8) {
        visible++;
      }
    }
    double part = (double) defective / bad.defective().length;
    assertTrue(part > 0.002 && part < 0.05, what + " covers " + part);
    assertTrue(visible > 0.75 * defective, what + ": only " + visible + " of " + defective);
  }

  @Test
  void goodPartsVaryButLessThanDefects() {
    for (Product product : Product.values()) {
      assertNotEquals(Part.good(product, SIZE, 1), Part.good(product, SIZE, 2));
      double[] means = new double[30];
      for (int seed = 0; seed < means.length; seed++) {
        for (byte sample : Part.good(product, SIZE, seed).image().samples8()) {
          means[seed] += (sample & 0xFF) / (3.0 * SIZE * SIZE);
        }
      }
      double least = java.util.Arrays.stream(means).min().orElseThrow();
      double most = java.util.Arrays.stream(means).max().orElseThrow();
      assertTrue(most - least > 1 && most - least < 40, product + ": " + least + " to " + most);
    }
  }

  @Test
  void refusesNonsense() {
    assertThrows(IllegalArgumentException.class, () -> new SyntheticLine(1, 256, 0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new SyntheticLine(1, 16, 1, 1, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> Part.defective(Product.STEEL, Defect.BREAKOUT, SIZE, 1));
  }

  private static int count(boolean[] mask) {
    int count = 0;
    for (boolean marked : mask) {
      count += marked ? 1 : 0;
    }
    return count;
  }
}
