package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.*;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds BMP files of every header and depth to the pixels that they were written of. */
class BmpFilesTest {
  private static final int WIDTH = 13;
  private static final int HEIGHT = 5;

  @ParameterizedTest
  @CsvSource({
    "12, 1, 0", "12, 4, 0", "12, 8, 0", "12, 24, 0", "40, 1, 0", "40, 4, 0", "40, 8, 0",
    "40, 16, 0", "40, 24, 0", "40, 32, 0", "40, 16, 3", "40, 32, 3", "52, 24, 0", "52, 32, 3",
    "56, 8, 0", "56, 32, 3", "108, 8, 0", "108, 24, 0", "108, 32, 3", "124, 1, 0", "124, 24, 0",
    "124, 32, 3", "40, 8, 1", "40, 4, 2"
  })
  void readsEveryKind(int header, int bits, int compression) throws IOException {
    for (boolean down : new boolean[] {false, true}) {
      if (down && (header == 12 || compression == 1 || compression == 2)) {
        continue;
      }
      int[] rgb = new int[WIDTH * HEIGHT];
      byte[] file = bmp(header, bits, compression, down, rgb);
      Image image = Images.decode(file);
      assertEquals(WIDTH, image.width());
      assertEquals(HEIGHT, image.height());
      assertEquals(3, image.channels());
      for (int i = 0; i < rgb.length; i++) {
        for (int c = 0; c < 3; c++) {
          int tolerance = bits == 16 ? 8 : 0; // five bits, filled with zeros or not
          int expected = rgb[i] >> 16 - 8 * c & 0xFF;
          int read = image.sample(i / WIDTH, i % WIDTH, c);
          assertEquals(expected, read, tolerance, "pixel " + i + " channel " + c);
        }
      }
      assertEquals(Set.of(), image.notes());
      byte[] cut = Arrays.copyOf(file, file.length - (compression == 0 ? 1 : file.length / 2));
      assertThrows(IOException.class, () -> Images.decode(cut));
    }
  }

  /** Makes a file of noise and tells its colours, 0xRRGGBB. */
  private static byte[] bmp(int header, int bits, int compression, boolean down, int[] rgb)
      throws IOException {
    Random random = new Random(header + bits);
    int colours = bits <= 8 ? 1 << bits : 0;
    int[] palette = random.ints(colours, 0, 1 << 24).toArray();
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    for (int row = 0; row < HEIGHT; row++) {
      int y = down ? row : HEIGHT - 1 - row;
      ByteBuffer line =
          ByteBuffer.allocate((WIDTH * bits + 31) / 32 * 4).order(ByteOrder.LITTLE_ENDIAN);
      for (int x = 0; x < WIDTH; x++) {
        int index = random.nextInt(1 << Math.min(bits, 24));
        rgb[y * WIDTH + x] = colours > 0 ? palette[index] : index;
        if (bits < 8) {
          int at = x * bits;
          line.array()[at / 8] |= (byte) (index << 8 - bits - at % 8);
        } else if (bits == 8) {
          line.put((byte) index);
        } else if (bits == 16) {
          line.putShort((short) index);
          int green = compression == 3 ? (index >> 5 & 0x3F) << 2 : (index >> 5 & 0x1F) << 3;
          int red = compression == 3 ? index >> 11 & 0x1F : index >> 10 & 0x1F;
          rgb[y * WIDTH + x] = red << 19 | green << 8 | (index & 0x1F) << 3;
        } else if (bits == 24) {
          line.put((byte) index).put((byte) (index >> 8)).put((byte) (index >> 16));
        } else {
          line.putInt(index);
        }
      }
      pixels.writeBytes(compression == 1 || compression == 2 ? runs(line, bits) : line.array());
    }
    if (compression == 1 || compression == 2) {
      pixels.writeBytes(new byte[] {0, 1});
    }
    boolean masks = compression == 3;
    int maskBytes = masks && header == 40 ? 12 : 0;
    int offset = 14 + header + maskBytes + colours * (header == 12 ? 3 : 4);
    ByteBuffer out = ByteBuffer.allocate(offset + pixels.size()).order(ByteOrder.LITTLE_ENDIAN);
    out.put((byte) 'B').put((byte) 'M').putInt(out.capacity()).putInt(0).putInt(offset);
    out.putInt(header);
    if (header == 12) {
      out.putShort((short) WIDTH).putShort((short) HEIGHT);
      out.putShort((short) 1).putShort((short) bits);
    } else {
      out.putInt(WIDTH).putInt(down ? -HEIGHT : HEIGHT).putShort((short) 1).putShort((short) bits);
      out.putInt(compression).putInt(pixels.size()).putInt(0).putInt(0).putInt(colours).putInt(0);
    }
    if (masks) {
      int[] fields =
          bits == 16 ? new int[] {0xF800, 0x7E0, 0x1F} : new int[] {0xFF0000, 0xFF00, 255};
      for (int field : fields) {
        out.putInt(field);
      }
    }
    out.position(14 + header + maskBytes);
    for (int colour : palette) {
      out.put((byte) colour).put((byte) (colour >> 8)).put((byte) (colour >> 16));
      if (header > 12) {
        out.put((byte) 0);
      }
    }
    return out.put(pixels.toByteArray()).array();
  }

  /** One row in runs of one or two pixels, and its end. */
  private static byte[] runs(ByteBuffer line, int bits) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int step = 8 / bits;
    for (int x = 0; x < WIDTH; x += step) {
      out.write(Math.min(step, WIDTH - x));
      out.write(line.array()[x / step]);
    }
    out.writeBytes(new byte[] {0, 0});
    return out.toByteArray();
  }

  @Test
  void readsOs2sBySizeThatItSays() throws IOException {
    Image image = Images.decode(TiffReaderTest.resource("formats/b_os2.bmp"));
    assertEquals("Image[150x200, RGB, 8 bits]", image.toString());
    Image same = Images.decode(TiffReaderTest.resource("formats/z.ppm"));
    assertEquals(same.toString(), image.toString());
    assertArrayEquals(same.samples8(), image.samples8());
  }

  @Test
  void refusesASizeThatItsBytesCannotHold() {
    ByteBuffer runs = ByteBuffer.allocate(1080).order(ByteOrder.LITTLE_ENDIAN);
    runs.put((byte) 'B').put((byte) 'M').putInt(1080).putInt(0).putInt(1078).putInt(40);
    runs.putInt(16_384).putInt(16_384).putShort((short) 1).putShort((short) 8).putInt(1);
    String message =
        assertThrows(IOException.class, () -> Images.decode(runs.array())).getMessage();
    assertTrue(message.contains("truncated BMP"), message);
  }

  @Test
  void refusesOtherHeadersAndKinds() throws IOException {
    byte[] file = bmp(40, 24, 0, false, new int[WIDTH * HEIGHT]);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(14, 64);
    assertThrows(IOException.class, () -> Images.decode(file));
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(14, 40).putInt(30, 4); // JPEG
    assertThrows(IOException.class, () -> Images.decode(file));
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(30, 0).putShort(28, (short) 64);
    assertThrows(IOException.class, () -> Images.decode(file));
  }
}
