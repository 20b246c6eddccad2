package dev.flowline.io;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.*;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImagesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    ".png, 8, 1",
    ".png, 8, 3",
    ".png, 16, 1",
    ".png, 16, 3",
    ".tif, 8, 1",
    ".tif, 8, 3",
    ".tif, 16, 1",
    ".tif, 16, 3",
    ".bmp, 8, 1",
    ".bmp, 8, 3"
  })
  void roundTripsWithoutLoss(String extension, int bits, int channels) throws IOException {
    for (int[] size : new int[][] {{1, 1}, {1, 7}, {3, 200}, {64, 33}}) {
      Image image = noise(size[0], size[1], channels, bits);
      Path file = folder.resolve("image" + extension);
      Files.write(file, Images.encode(extension, image));
      Image back = Images.read(file);
      assertEquals(bits, back.bits());
      assertSamePixels(image, back);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void readsJpeg(int channels) throws IOException {
    byte[] samples = new byte[60 * 40 * channels];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (i % channels == 0 ? 200 : 40);
    }
    Image back = Images.decode(Images.encode(".jpg", Image.of8(60, 40, channels, samples)));
    assertEquals(channels, back.channels());
    assertEquals(200, back.sample(30, 20, 0), 3);
    assertEquals(channels == 1 ? 200 : 40, back.sample(30, 20, channels - 1), 3);
  }

  @Test
  void dropsAlphaWithoutCompositing() throws IOException {
    BufferedImage rgba = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    rgba.setRGB(0, 0, 0x80102030);
    rgba.setRGB(1, 0, 0x00FF8001);
    Image image = Images.decode(png(rgba));
    assertEquals(3, image.channels());
    assertEquals(0x10, image.sample(0, 0, 0));
    assertEquals(0x30, image.sample(0, 0, 2));
    assertEquals(0xFF, image.sample(0, 1, 0));
    assertEquals(0x01, image.sample(0, 1, 2));
  }

  @Test
  void expandsPalettesAndSingleBits() throws IOException {
    BufferedImage indexed = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_INDEXED);
    indexed.setRGB(2, 1, 0xFFFF0000);
    Image image = Images.decode(png(indexed));
    assertEquals(3, image.channels());
    assertEquals(255, image.sample(1, 2, 0));
    assertEquals(0, image.sample(1, 2, 1));
    BufferedImage binary = new BufferedImage(9, 2, BufferedImage.TYPE_BYTE_BINARY);
    binary.setRGB(8, 1, 0xFFFFFFFF);
    assertEquals(255, Images.decode(png(binary)).sample(1, 8, 0));
    assertEquals(0, Images.decode(png(binary)).sample(1, 7, 0));
  }

  @Test
  void ignoresTheOrientationThatACameraNotes() throws IOException {
    byte[] jpeg = Images.encode(".jpg", noise(8, 16, 3, 8));
    byte[] exif = {
      (byte) 0xFF,
      (byte) 0xE1,
      0,
      34,
      'E',
      'x',
      'i',
      'f',
      0,
      0, // APP1
      'M',
      'M',
      0,
      42,
      0,
      0,
      0,
      8,
      0,
      1, // one entry
      1,
      18,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      6,
      0,
      0, // orientation: turn by a quarter
      0,
      0,
      0,
      0
    };
    ByteArrayOutputStream turned = new ByteArrayOutputStream();
    turned.write(jpeg, 0, 2);
    turned.write(exif);
    turned.write(jpeg, 2, jpeg.length - 2);
    Image image = Images.decode(turned.toByteArray());
    assertEquals(8, image.height());
    assertEquals(16, image.width());
  }

  @ParameterizedTest
  @ValueSource(strings = {".png", ".jpg", ".bmp", ".tif"})
  void aTruncatedFileIsAnErrorThatNamesIt(String extension) throws IOException {
    byte[] whole = Images.encode(extension, noise(50, 40, 3, 8));
    for (double part : new double[] {0.0, 0.001, 0.02, 0.5, 0.99}) {
      Path file = folder.resolve("cut" + extension);
      Files.write(file, Arrays.copyOf(whole, (int) (part * whole.length)));
      var error = assertThrows(IOException.class, () -> Images.read(file), "part " + part);
      assertTrue(error.getMessage().contains(file.toString()), error.getMessage());
    }
  }

  @Test
  void aDamagedPngIsAnError() throws IOException {
    byte[] bytes = Images.encode(".png", noise(50, 40, 3, 8));
    bytes[bytes.length / 2] ^= 1;
    var error = assertThrows(IOException.class, () -> Images.decode(bytes));
    assertTrue(error.getMessage().contains("checksum"), error.getMessage());
  }

  @Test
  void aHeaderOfTooManyPixelsIsRefusedBeforeDecoding() throws IOException {
    Image image = noise(8, 8, 3, 8);
    byte[] png = Images.encode(".png", image);
    ByteBuffer.wrap(png).putInt(16, 20_000).putInt(20, 20_000);
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
    byte[] bmp = Images.encode(".bmp", image);
    ByteBuffer.wrap(bmp).order(LITTLE_ENDIAN).putInt(18, 20_000).putInt(22, -20_000);
    byte[] jpeg = Images.encode(".jpg", image);
    int frame = 0;
    while (jpeg[frame] != (byte) 0xFF || jpeg[frame + 1] != (byte) 0xC0) {
      frame++;
    }
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 20_000).putShort(frame + 7, (short) 20_000);
    ByteBuffer tiff = ByteBuffer.allocate(34).order(LITTLE_ENDIAN);
    tiff.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8).putShort((short) 2);
    tiff.putShort((short) 256).putShort((short) 4).putInt(1).putInt(20_000);
    tiff.putShort((short) 257).putShort((short) 3).putInt(1).putInt(20_000);
    for (byte[] file : List.of(png, bmp, jpeg, tiff.array())) {
      var error = assertThrows(IOException.class, () -> Images.decode(file));
      assertEquals(
          "it has 20000 x 20000 pixels of 3 bytes, at most 1073741824 bytes are read (--max-image-bytes)",
          error.getMessage());
    }
  }

  @Test
  void whatIsNoImageIsAnErrorThatNamesTheFile() throws IOException {
    Path text = Files.writeString(folder.resolve("text.png"), "this is no image at all");
    for (Path file : new Path[] {text, folder, folder.resolve("missing.png")}) {
      var error = assertThrows(IOException.class, () -> Images.read(file));
      assertTrue(error.getMessage().contains(file.toString()), error.getMessage());
    }
    byte[] random = new byte[5000];
    for (int seed = 0; seed < 20; seed++) { // any bytes behind any magic number end in IOException
      new Random(seed).nextBytes(random);
      byte[] magic =
          switch (seed % 4) {
            case 0 -> new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xDA, 0, 2};
            case 1 -> new byte[] {'I', 'I', 42, 0, 8, 0, 0, 0};
            case 2 -> new byte[] {'B', 'M'};
            default -> new byte[] {'M', 'M', 0, 42, 0, 0, 0, 8};
          };
      System.arraycopy(magic, 0, random, 0, magic.length);
      assertThrows(IOException.class, () -> Images.decode(random), "seed " + seed);
    }
  }

  @Test
  void opensRegularFilesOnly() throws IOException, InterruptedException {
    Path pipe = folder.resolve("b.png");
    assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
    for (Path file : List.of(pipe, Path.of("/dev/zero"))) {
      IOException error =
          assertTimeoutPreemptively(
              Duration.ofSeconds(5),
              () -> assertThrows(IOException.class, () -> Images.read(file)));
      String said = "cannot read " + file + ": a pipe or device, not a regular file";
      assertEquals(said, error.getMessage());
    }
  }

  @Test
  void theLargestImageIsSettable() throws IOException {
    Path file = folder.resolve("a.png");
    Images.writePng(file, noise(50, 40, 3, 16));
    System.setProperty(Images.MAX_BYTES, "12000");
    try {
      assertEquals(12_000, Images.maxBytes());
      var error = assertThrows(IOException.class, () -> Images.read(file));
      assertTrue(error.getMessage().contains("at most 12000"), error.getMessage());
      Images.writePng(file, Image.of16(50, 40, 3, new short[6000]));
      assertEquals(50, Images.read(file).height());
      Images.writePng(file, Image.of16(51, 40, 3, new short[6120]));
      assertThrows(IOException.class, () -> Images.read(file));
    } finally {
      System.clearProperty(Images.MAX_BYTES);
    }
  }

  @Test
  void notesAreCollectedOncePerKindWithTheFirstFile() throws IOException {
    byte[] gamma = new PngWriter().with("gAMA", new byte[] {0, 1, 0, 0}).write(new int[2553]);
    Path first = Files.write(folder.resolve("a.png"), gamma);
    Path second = Files.write(folder.resolve("b.png"), gamma);
    try (ImageNotes notes = ImageNotes.collect()) {
      Images.read(second);
      assertEquals(
          List.of(second + " " + ImageNote.COLOUR_PROFILE.text()), notes.lines(note -> true));
      Images.read(first);
      Images.read(first);
      assertEquals(
          List.of("2 images (the first is " + first + "): each " + ImageNote.COLOUR_PROFILE.text()),
          notes.lines(note -> true));
      assertEquals(List.of(), notes.lines(ImageNote::isOfBits));
    }
    try (ImageNotes later = ImageNotes.collect()) {
      assertEquals(List.of(), later.lines(note -> true));
    }
  }

  @Test
  void saysThatAnExifOrientationIsIgnored() throws IOException {
    byte[] exif = new byte[36];
    byte[] start = {(byte) 0xFF, (byte) 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42};
    System.arraycopy(start, 0, exif, 0, start.length);
    byte[] entry = {0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0};
    System.arraycopy(entry, 0, exif, start.length, entry.length);
    byte[] jpeg = Images.encode(".jpg", noise(8, 16, 3, 8));
    ByteArrayOutputStream turned = new ByteArrayOutputStream();
    turned.write(jpeg, 0, 2);
    turned.write(exif);
    turned.write(jpeg, 2, jpeg.length - 2);
    assertEquals(Set.of(ImageNote.ORIENTATION), Images.decode(turned.toByteArray()).notes());
    assertEquals(Set.of(), Images.decode(jpeg).notes());
  }

  @Test
  void writesPngOfItsOwnDepthAndMakesFolders() throws IOException {
    Path file = folder.resolve("a/b/deep.png");
    Image deep = noise(5, 6, 3, 16);
    Images.writePng(file, deep);
    assertSamePixels(deep, Images.read(file));
    Path picture = folder.resolve("picture.png");
    Image grey = noise(4, 9, 1, 8);
    Images.writePng(picture, Images.toBufferedImage(grey));
    Image back = Images.read(picture);
    for (int x = 0; x < 9; x++) {
      assertEquals(grey.sample(2, x, 0), back.sample(2, x, 1));
    }
  }

  @Test
  void picturesOfDeepImagesAreRounded() {
    Image deep = Image.of16(1, 3, 1, new short[] {0, (short) 65535, 257 * 7 + 100});
    assertEquals(0xFF000000, Images.toBufferedImage(deep).getRGB(0, 0));
    assertEquals(0xFFFFFFFF, Images.toBufferedImage(deep).getRGB(1, 0));
    assertEquals(0xFF070707, Images.toBufferedImage(deep).getRGB(2, 0));
  }

  @Test
  void knowsImagesByTheirNames() {
    assertTrue(Images.isImage(Path.of("a/000.PNG")));
    assertTrue(Images.isImage(Path.of("a.b.tiff")));
    assertFalse(Images.isImage(Path.of("a/.png")));
    assertFalse(Images.isImage(Path.of("Thumbs.db")));
  }

  @Test
  void anImageRefusesSamplesOfAnotherLength() {
    var error =
        assertThrows(IllegalArgumentException.class, () -> Image.of8(2, 3, 3, new byte[17]));
    assertTrue(error.getMessage().contains("18"), error.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Image.of8(2, 3, 4, new byte[24]));
    assertThrows(IllegalStateException.class, () -> noise(1, 1, 1, 8).samples16());
  }

  private static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, "png", bytes));
    return bytes.toByteArray();
  }

  private static Image noise(int height, int width, int channels, int bits) {
    Random random = new Random(height * 31L + width);
    int length = height * width * channels;
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    short[] shorts = new short[length];
    for (int i = 0; i < length; i++) {
      shorts[i] = (short) random.nextInt(65536);
    }
    return bits == 8
        ? Image.of8(height, width, channels, bytes)
        : Image.of16(height, width, channels, shorts);
  }

  private static void assertSamePixels(Image expected, Image actual) {
    assertEquals(expected.toString(), actual.toString());
    for (int y = 0; y < expected.height(); y++) {
      for (int x = 0; x < expected.width(); x++) {
        for (int c = 0; c < expected.channels(); c++) {
          assertEquals(expected.sample(y, x, c), actual.sample(y, x, c), y + "," + x + "," + c);
        }
      }
    }
  }
}
