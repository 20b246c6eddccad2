package dev.flowline.data;

import static org.junit.jupiter.api.Assertions.*;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Real datasets, which lie beside the project. */
class SharedDataTest {
  private static Path folder(String name) {
    Path folder = Path.of(System.getProperty("shared.dir", "../shared")).resolve("data/" + name);
    boolean inCi = "true".equals(System.getenv("CI"));
    assumeTrue(inCi || Files.isDirectory(folder), "skipped: there is no folder " + folder);
    return folder;
  }

  @Test
  void magneticTiles() throws IOException {
    Dataset tiles = Layout.MVTEC.read(folder("magnetic-tile"), "magnetic_tile");
    assertEquals(300, tiles.train().size());
    assertEquals(60, tiles.testOf(Sample.GOOD).size());
    assertEquals(List.of("blowhole", "break", "crack", "fray", "uneven"), tiles.defectTypes());
    assertEquals(190, tiles.test().size());
    assertEquals(List.of(), tiles.warnings());
    for (Sample sample : tiles.testOf("break")) {
      Image image = Images.read(sample.image());
      boolean[] truth = GroundTruth.of(sample, image, image.height(), image.width());
      assertTrue(count(truth) > 0, sample.toString());
    }
  }

  @Test
  void transistors() throws IOException {
    Dataset transistors = Layout.MVTEC.read(folder("mvtec-transistor"), null);
    assertEquals("transistor", transistors.category());
    assertEquals(213, transistors.train().size());
    assertEquals(60, transistors.testOf(Sample.GOOD).size());
    assertEquals(100, transistors.test().size());
    assertEquals(List.of(), transistors.warnings());
    for (Sample sample : transistors.testOf("bent_lead")) {
      int small = count(GroundTruth.read(sample, 256, 256));
      int full = count(GroundTruth.read(sample, 448, 448));
      assertEquals((double) full / (448 * 448), (double) small / (256 * 256), 0.002);
    }
  }

  /** Labels, alpha and inversion are none of theirs: published figures stay. */
  @Test
  void masksAreTakenAsTheyAre() throws IOException {
    for (String name : List.of("magnetic-tile", "mvtec-transistor", "mvtec-screw")) {
      Dataset dataset = Layout.MVTEC.read(folder(name), null);
      MaskCheck check = new MaskCheck(256);
      for (Sample sample : dataset.test()) {
        if (sample.mask() instanceof Mask.File file) {
          boolean[] read = Preprocessing.resizeMask(file.read(), 256, 256);
          Image plain = Images.read(file.path());
          assertArrayEquals(Preprocessing.resizeMask(plain, 256, 256), read, sample::toString);
          check.add(sample, read);
        }
      }
      // One mask of the tiles marks a single pixel, and none at 256 x 256.
      boolean isTiles = name.equals("magnetic-tile");
      assertEquals(isTiles ? 1 : 0, check.warnings().size(), check.warnings().toString());
      assertTrue(!isTiles || check.warnings().get(0).contains("exp3_num_24829_mask.png"));
    }
  }

  /**
   * Screws lie in any direction, transistors in one, and no two are taken for one, but for a
   * picture that the set has twice. Tiles were photographed several times: the numbers of one part
   * are near each other.
   */
  @Test
  void nearDuplicatesOfRealParts() throws IOException {
    assertEquals(List.of(), nearDuplicates("mvtec-transistor"));
    List<List<Path>> screws = nearDuplicates("mvtec-screw");
    assertEquals(1, screws.size(), screws.toString());
    assertEquals(
        List.of("053.png", "173.png"),
        screws.get(0).stream().map(file -> file.getFileName().toString()).toList());
    List<List<Path>> tiles = nearDuplicates("magnetic-tile");
    assertTrue(tiles.size() >= 15, "only " + tiles.size());
    for (List<Path> tile : tiles) {
      List<Integer> numbers = tile.stream().map(SharedDataTest::number).sorted().toList();
      assertTrue(numbers.get(numbers.size() - 1) - numbers.get(0) < 200, tile.toString());
    }
  }

  private static List<List<Path>> nearDuplicates(String name) throws IOException {
    List<Sample> good = Layout.MVTEC.read(folder(name), null).train();
    return Fingerprints.of(good.stream().map(Sample::image).toList(), (done, of) -> {})
        .nearDuplicates();
  }

  private static int number(Path tile) { // as in exp4_num_51125.jpg
    return Integer.parseInt(tile.getFileName().toString().replaceAll(".*num_|\\.jpg", ""));
  }

  private static int count(boolean[] truth) {
    int count = 0;
    for (boolean defective : truth) {
      count += defective ? 1 : 0;
    }
    return count;
  }
}
