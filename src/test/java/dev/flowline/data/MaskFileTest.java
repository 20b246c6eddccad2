package dev.flowline.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.Preprocessing;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskFileTest {
  private static final int SIZE = 24;

  @TempDir Path folder;

  /** A square is defective. */
  private static boolean[] truth() {
    boolean[] truth = new boolean[SIZE * SIZE];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = isDefective(i);
    }
    return truth;
  }

  private static boolean isDefective(int pixel) {
    int x = pixel % SIZE;
    int y = pixel / SIZE;
    return x >= 6 && x < 14 && y >= 8 && y < 17;
  }

  private void assertTruth(Path file) throws IOException {
    assertArrayEquals(
        truth(), Preprocessing.resizeMask(new Mask.File(file).read(), SIZE, SIZE), file::toString);
  }

  private Path argb(String name, IntUnaryOperator argbOfPixel) throws IOException {
    BufferedImage picture = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < SIZE * SIZE; i++) {
      picture.setRGB(i % SIZE, i / SIZE, argbOfPixel.applyAsInt(i));
    }
    File file = folder.resolve(name).toFile();
    assertTrue(ImageIO.write(picture, "png", file));
    return file.toPath();
  }

  private Path grey(String name, IntUnaryOperator levelOfPixel) throws IOException {
    byte[] levels = new byte[SIZE * SIZE];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (byte) levelOfPixel.applyAsInt(i);
    }
    String extension = name.substring(name.lastIndexOf('.'));
    Image image = Image.of8(SIZE, SIZE, 1, levels);
    return Files.write(folder.resolve(name), Images.encode(extension, image));
  }

  /** Drawn black, white or red on nothing; with colours on a transparent ground of any colour. */
  @Test
  void aDrawingInAlphaIsTheMask() throws IOException {
    for (int colour : new int[] {0, 0xFFFFFF, 0xC00000}) {
      assertTruth(argb("one.png", i -> isDefective(i) ? 0xFF000000 | colour : colour));
      assertTruth(argb("ground.png", i -> isDefective(i) ? 0xFF000000 | colour : 0xFFFFFF));
    }
    assertTruth(
        argb("two.png", i -> !isDefective(i) ? 0xFFFFFF : i % 2 == 0 ? 0xFF800000 : 0xFF00C000));
    assertTruth(argb("opaque.png", i -> isDefective(i) ? 0xFFFFFFFF : 0xFF000000));
  }

  @Test
  void aBrushWithSoftEdgesIsCutAtOneHalf() throws IOException {
    assertTruth(
        argb("soft.png", i -> isDefective(i) ? 0xC8FF0000 : i % SIZE == 5 ? 0x64FF0000 : 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 38, 100, 127, 128, 254, 255})
  void everyNumberOfAClassIsDefective(int number) throws IOException {
    for (String name : new String[] {"mask.png", "mask.bmp", "mask.tif"}) {
      assertTruth(grey(name, i -> isDefective(i) ? number : 0));
    }
  }

  @Test
  void aMaskOfLowValuesHoldsNumbersOfClassesHoweverSmallTheDefects() throws IOException {
    int[] places = {77, 80, 145}; // no patch
    for (int bright : new int[] {0, 128}) {
      Path file =
          grey("few.png", i -> i == 77 ? 3 : i == 80 ? 1 : i == 145 ? 127 : i == 200 ? bright : 0);
      boolean[] mask = Preprocessing.resizeMask(new Mask.File(file).read(), SIZE, SIZE);
      assertEquals(bright == 0 ? 3 : 1, count(mask));
      for (int place : places) {
        assertEquals(bright == 0, mask[place]);
      }
    }
    short[] deep = new short[SIZE * SIZE];
    deep[99] = 255; // of 8 bits, in 16
    Path file = folder.resolve("deep.png");
    Images.writePng(file, Image.of16(SIZE, SIZE, 1, deep));
    assertEquals(1, count(Preprocessing.resizeMask(new Mask.File(file).read(), SIZE, SIZE)));
    Path faint = argb("faint.png", i -> isDefective(i) ? 0x64FF0000 : 0);
    assertTruth(faint);
  }

  @Test
  void darkClassesBesideBrightOnesCount() throws IOException {
    assertTruth(grey("classes.png", i -> !isDefective(i) ? 0 : i / SIZE < 13 ? 85 : 255));
    assertTruth(grey("first.png", i -> !isDefective(i) ? 0 : i / SIZE < 13 ? 1 : 200));
  }

  @Test
  void everyColourOfAPaletteButBlackIsDefective() throws IOException {
    byte[] red = {0, (byte) 128, 64};
    byte[] green = {0, 0, 0};
    var colours = new IndexColorModel(2, 3, red, green, green);
    var picture = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_BINARY, colours);
    for (int i = 0; i < SIZE * SIZE; i++) {
      picture.getRaster().setSample(i % SIZE, i / SIZE, 0, isDefective(i) ? 1 + i % 2 : 0);
    }
    Path file = folder.resolve("voc.png");
    assertTrue(ImageIO.write(picture, "png", file.toFile()));
    assertTruth(file);
  }

  @Test
  void softEdgesAndNoiseStayAsTheyAre() throws IOException {
    assertTruth(grey("soft.png", i -> isDefective(i) ? 255 : isDefective(i + 1) ? 100 : 0));
    assertTruth(grey("lossy.jpg", i -> isDefective(i) ? 255 : 0));
    Path drawn = grey("drawn.png", i -> isDefective(i) ? 255 : i % 7);
    Image image = Images.read(drawn);
    Image mask = MaskFile.read(drawn);
    assertArrayEquals(image.samples8(), mask.samples8());
    Path dark = grey("dark.jpg", i -> i % 5);
    assertEquals(
        0, count(Preprocessing.resizeMask(MaskFile.read(dark), SIZE, SIZE)), "noise is no class");
  }

  private static int count(boolean[] mask) {
    int count = 0;
    for (boolean marked : mask) {
      count += marked ? 1 : 0;
    }
    return count;
  }

  @Test
  void whatIsNoImageIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("mask.png"), "no picture");
    var error = assertThrows(IOException.class, () -> MaskFile.read(file));
    assertTrue(error.getMessage().contains("mask.png"), error.getMessage());
  }

  @Test
  void masksThatSayNothingAreCountedAndNamed() {
    MaskCheck check = new MaskCheck(SIZE);
    boolean[] inverted = truth();
    boolean[] full = new boolean[SIZE * SIZE];
    for (int i = 0; i < inverted.length; i++) {
      inverted[i] = !inverted[i];
      full[i] = true;
    }
    Path image = Path.of("image.png");
    check.add(Sample.good(image), new boolean[SIZE * SIZE]);
    check.add(sample("unknown.png"), null);
    check.add(sample("right.png"), truth());
    assertEquals(0, check.warnings().size());
    check.add(sample("empty.png"), new boolean[SIZE * SIZE]);
    check.add(sample("full.png"), full);
    check.add(sample("inverted.png"), inverted);
    assertEquals(3, check.warnings().size(), check.warnings().toString());
    for (String words :
        new String[] {
          "1 of 4 masks of defective images mark nothing at the size of the maps, so no pixel of their images counts as"
              + " defective: empty.png",
          "1 of 4 masks of defective images mark the image nearly or as a whole: full.png",
          "1 of 4 masks of defective images mark the border and leave out something inside, so"
              + " look inverted: inverted.png"
        }) {
      assertTrue(check.warnings().contains(words), check.warnings().toString());
    }
  }

  private static Sample sample(String mask) {
    return new Sample(Path.of("image.png"), new Mask.File(Path.of(mask)), "scratch");
  }
}
