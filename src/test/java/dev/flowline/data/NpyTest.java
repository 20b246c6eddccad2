package dev.flowline.data;

import static org.junit.jupiter.api.Assertions.*;

import dev.flowline.io.Image;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyTest {
  @TempDir Path folder;

  /** A version 1.0 file, laid out as {@code numpy.save} does. */
  static byte[] bytes(String descr, String shape, int... values) {
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(descr, shape);
    header += " ".repeat(63 - (10 + header.length()) % 64) + "\n";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.write(header.length());
    out.write(header.length() >> 8);
    out.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
    int itemBytes = descr.charAt(2) - '0';
    for (int value : values) {
      for (int i = 0; i < itemBytes; i++) {
        out.write(i < 4 ? value >> 8 * i : 0);
      }
    }
    return out.toByteArray();
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("array.npy"), bytes);
  }

  @Test
  void readsFramesOfAnyIntegerType() throws IOException {
    for (String descr : new String[] {"|b1", "|u1", "|i1", "<i2", "<i4", "<i8"}) {
      Npy array = Npy.open(file(bytes(descr, "(2, 2, 3)", 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1)));
      assertEquals(2, array.frames());
      Image mask = array.readMask(1);
      assertEquals(2, mask.height());
      assertEquals(3, mask.width());
      assertArrayEquals(new byte[] {-1, 0, -1, 0, 0, -1}, mask.samples8(), descr);
    }
    assertTrue(Npy.open(file(bytes("<i2", "(1,)", 256))).readLabels()[0]);
  }

  @Test
  void whatIsNotReadIsAnErrorThatNamesTheFile() throws IOException {
    byte[] good = bytes("|u1", "(4,)", 0, 1, 0, 1);
    byte[][] bad = {
      {},
      "this is text, not an array".getBytes(StandardCharsets.US_ASCII),
      Arrays.copyOf(good, good.length - 1),
      Arrays.copyOf(good, 20),
      bytes("<f4", "(1,)", 1),
      bytes("|u1", "(1, 1)", 1),
      new String(good, StandardCharsets.ISO_8859_1)
          .replace("False", "True ")
          .getBytes(StandardCharsets.ISO_8859_1)
    };
    for (byte[] bytes : bad) {
      Path file = file(bytes);
      var error = assertThrows(IOException.class, () -> Npy.open(file));
      assertTrue(error.getMessage().contains("array.npy"), error.getMessage());
    }
    Npy labels = Npy.open(file(good));
    assertThrows(IOException.class, () -> labels.readMask(0));
    Npy masks = Npy.open(file(bytes("|u1", "(1, 1, 1)", 1)));
    assertThrows(IOException.class, () -> masks.readMask(1));
  }
}
