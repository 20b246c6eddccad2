package dev.flowline.detectability;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.data.GroundTruth;
import dev.flowline.data.Sample;
import dev.flowline.data.synthesis.DefectKind;
import dev.flowline.data.synthesis.ForegroundKind;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaintedDefectsTest {
  private static final int SIZE = 48;
  private static final DefectDesign DESIGN =
      new DefectDesign(
          List.of(DefectKind.SPOT, DefectKind.MISSING), List.of(0.25, 0.5), 4, 12, 3, 2, 7);

  @TempDir private Path folder;

  private List<Path> good() throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      byte[] pixels = new byte[SIZE * SIZE];
      new Random(i).nextBytes(pixels);
      for (int k = 0; k < pixels.length; k++) {
        pixels[k] = (byte) (100 + (pixels[k] & 31));
      }
      Path file = folder.resolve("good" + i + ".png");
      Images.writePng(file, Image.of8(SIZE, SIZE, 1, pixels));
      files.add(file);
    }
    return files;
  }

  private static List<Sample> write(Path into, List<Path> good) throws IOException {
    return new PaintedDefects(into).write(good, DESIGN, ForegroundKind.NONE, (done, of) -> {});
  }

  @Test
  void everyDefectOfTheDesignIsAnImageWithItsMask() throws IOException {
    List<Path> good = good();
    List<Sample> made = write(folder.resolve("made"), good);
    assertEquals(DESIGN.defects().size(), made.size());
    assertEquals(12, made.stream().filter(s -> s.defectType().equals("spot")).count());
    for (Sample sample : made) {
      boolean[] mask = GroundTruth.read(sample, SIZE, SIZE);
      Image image = Images.read(sample.image());
      int nearest = Integer.MAX_VALUE;
      for (Path file : good) {
        nearest = Math.min(nearest, differencesOutside(Images.read(file), image, mask));
      }
      assertTrue(nearest <= SIZE, sample.image() + ": " + nearest + " pixels beside the mask");
    }
  }

  /** Pixels that a defect covers by less than a half may differ too. */
  private static int differencesOutside(Image good, Image made, boolean[] mask) {
    int differences = 0;
    boolean inside = false;
    for (int i = 0; i < mask.length; i++) {
      boolean differs = good.sample(i / SIZE, i % SIZE, 0) != made.sample(i / SIZE, i % SIZE, 0);
      inside |= differs && mask[i];
      differences += differs && !mask[i] ? 1 : 0;
    }
    return inside ? differences : Integer.MAX_VALUE;
  }

  @Test
  void theSameArgumentsGiveTheSameFiles() throws IOException {
    List<Path> good = good();
    List<Sample> one = write(folder.resolve("one"), good);
    List<Sample> two = write(folder.resolve("two"), good);
    for (int i = 0; i < one.size(); i++) {
      assertEquals(one.get(i).image().getFileName(), two.get(i).image().getFileName());
      assertArrayEquals(
          Files.readAllBytes(one.get(i).image()), Files.readAllBytes(two.get(i).image()));
    }
    byte[][] all =
        one.stream()
            .map(
                sample -> {
                  try {
                    return Files.readAllBytes(sample.image());
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                })
            .toArray(byte[][]::new);
    assertEquals(all.length, Arrays.stream(all).map(Arrays::hashCode).distinct().count());
  }

  @Test
  void withoutAnImageThereIsNothingToPaintOn() {
    assertThrows(IllegalArgumentException.class, () -> write(folder.resolve("none"), List.of()));
  }
}
