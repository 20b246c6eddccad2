package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.*;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same picture in formats of other cameras and phones: read, or refused in one line. */
class OtherFormatsTest {
  @TempDir Path folder;

  private static byte[] bytes(String name) throws IOException {
    return TiffReaderTest.resource("formats/" + name);
  }

  @ParameterizedTest
  @CsvSource({"jf.jfif, 12, 2", "w.webp, 16, 3", "y.gif, 30, 6", "z.ppm, 0, 0"})
  void readsTheSamePicture(String name, int most, double mean) throws IOException {
    Image truth = Images.decode(bytes("z.ppm"));
    Image image = Images.decode(bytes(name));
    assertEquals(truth.height(), image.height());
    assertEquals(truth.width(), image.width());
    long sum = 0;
    for (int i = 0; i < truth.height() * truth.width() * 3; i++) {
      int pixel = i / 3;
      int x = pixel % truth.width();
      int expected = truth.sample(pixel / truth.width(), x, i % 3);
      int sample = image.sample(pixel / truth.width(), x, Math.min(i % 3, image.channels() - 1));
      assertEquals(expected, sample, most);
      sum += Math.abs(expected - sample);
    }
    assertTrue(sum <= mean * 3 * truth.height() * truth.width(), "mean " + sum);
  }

  @Test
  void readsAGifAsJavasReaderDoes() throws IOException {
    BufferedImage truth = ImageIO.read(new ByteArrayInputStream(bytes("y.gif")));
    assertShows(truth, Images.decode(bytes("y.gif")));
    for (int colours : new int[] {2, 16, 200}) {
      BufferedImage noise = noise(colours);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(noise, "gif", out);
      assertShows(
          ImageIO.read(new ByteArrayInputStream(out.toByteArray())),
          Images.decode(out.toByteArray()));
    }
  }

  private static BufferedImage noise(int colours) {
    byte[] palette = new byte[3 * colours];
    new Random(colours).nextBytes(palette);
    var model = new java.awt.image.IndexColorModel(8, colours, palette, 0, false);
    BufferedImage noise = new BufferedImage(71, 53, BufferedImage.TYPE_BYTE_INDEXED, model);
    Random random = new Random(9);
    for (int i = 0; i < 71 * 53; i++) {
      noise.getRaster().setSample(i % 71, i / 71, 0, random.nextInt(colours));
    }
    return noise;
  }

  private static void assertShows(BufferedImage truth, Image image) {
    assertEquals(truth.getHeight(), image.height());
    assertEquals(truth.getWidth(), image.width());
    BufferedImage shown = Images.toBufferedImage(image);
    for (int y = 0; y < truth.getHeight(); y++) {
      for (int x = 0; x < truth.getWidth(); x++) {
        assertEquals(truth.getRGB(x, y) & 0xFFFFFF, shown.getRGB(x, y) & 0xFFFFFF, x + "," + y);
      }
    }
  }

  @Test
  void readsTheFirstFrameAndSaysThatThereAreMore() throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    BufferedImage first = noise(100);
    IIOMetadata metadata =
        writer.getDefaultImageMetadata(
            new ImageTypeSpecifier(first), writer.getDefaultWriteParam());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (var stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.prepareWriteSequence(null);
      writer.writeToSequence(new IIOImage(first, null, metadata), null);
      writer.writeToSequence(new IIOImage(noise(50), null, metadata), null);
      writer.endWriteSequence();
    }
    Image image = Images.decode(out.toByteArray());
    assertEquals(Set.of(ImageNote.FURTHER_PICTURES), image.notes());
    assertShows(first, image);
  }

  @Test
  void refusesJpeg2000() throws IOException {
    Path file = Files.write(folder.resolve("x.jp2"), bytes("x.jp2"));
    String message = assertThrows(IOException.class, () -> Images.read(file)).getMessage();
    assertEquals("cannot read image " + file + ": JPEG 2000 files are not read", message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jf.jfif", "w.webp", "y.gif", "z.pgm", "z.ppm", "b_os2.bmp"})
  void refusesWhatIsCut(String name) throws IOException {
    byte[] whole = bytes(name);
    for (double part : new double[] {0, 0.001, 0.02, 0.5, 0.99}) {
      byte[] cut = Arrays.copyOf(whole, (int) (part * whole.length));
      assertThrows(IOException.class, () -> Images.decode(cut), "part " + part);
    }
  }
}
