package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.*;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PnmReaderTest {
  private static Image read(String file) throws IOException {
    return Images.decode(file.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void assertHolds(Image image, int... samples) {
    assertEquals(samples.length, image.height() * image.width() * image.channels());
    for (int i = 0; i < samples.length; i++) {
      int pixel = i / image.channels();
      int at = pixel / image.width();
      assertEquals(samples[i], image.sample(at, pixel % image.width(), i % image.channels()));
    }
  }

  @Test
  void readsEachKind() throws IOException {
    assertHolds(read("P1\n3 2\n101\n0 1 0"), 0, 255, 0, 255, 0, 255);
    assertHolds(read("P2 # grey\n2 1\n15\n0 15\n"), 0, 255);
    assertHolds(read("P3\n1 1 255 1 2 3"), 1, 2, 3);
    assertHolds(read("P4\n9 2\n\u0055\u0080\u00FF\u0000"), row(0x55, 1), row(0xFF, 0));
    assertHolds(read("P5\n2 1\n255\n\u0007\u00F0"), 7, 240);
    assertHolds(read("P6\n1 1\n255\n\u0001\u0002\u00FF"), 1, 2, 255);
  }

  private static void assertHolds(Image image, int[] first, int[] second) {
    for (int x = 0; x < first.length; x++) {
      assertEquals(first[x], image.sample(0, x, 0));
      assertEquals(second[x], image.sample(1, x, 0));
    }
  }

  /** Nine pixels of a raw PBM: 1 is black. */
  private static int[] row(int first, int ninth) {
    int[] row = new int[9];
    for (int x = 0; x < 8; x++) {
      row[x] = (first >> 7 - x & 1) == 1 ? 0 : 255;
    }
    row[8] = ninth == 1 ? 0 : 255;
    return row;
  }

  @Test
  void scalesByTheLargestValueThatTheFileSays() throws IOException {
    Image twelve = read("P5\n2 1\n4095\n\u000F\u00FF\u0008\u0000");
    assertEquals(16, twelve.bits());
    assertHolds(twelve, 65535, 32776);
    assertEquals(Set.of(), twelve.notes());
    assertHolds(read("P5\n2 1\n65535\n\u00FF\u00FE\u0001\u0000"), 65534, 256);
    assertHolds(read("P5\n2 1\n100\n\u0064\u0032"), 255, 128);
  }

  @Test
  void refusesPamAndSaysWhatConvertsIt() {
    String file = "P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nMAXVAL 255\nENDHDR\n\u0005";
    String message = assertThrows(IOException.class, () -> read(file)).getMessage();
    assertEquals("PAM files are not read: pamtopnm of Netpbm converts them", message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "P5\n2 2\n255\n\u0001\u0002\u0003", // a byte is missing
        "P5\n30000 30000\n255\n\u0001",
        "P5\n999999 999999\n255\n\u0001",
        "P5\n0 5\n255\n",
        "P5\n5 5\n70000\n0000000000000000000000000000000000000000000000000000000000000",
        "P5\n5 5\n0\n0000000000000000000000000000000000000000000000000000000000000",
        "P5\n5\n",
        "P5\n99999999999999999999 1\n255\n\u0001",
        "P2\n2 1\n15\n0 16\n",
        "P2\n2 1\n15\n0 x\n",
        "P1\n2 1\n02",
      })
  void refusesWhatIsCutOrCorrupt(String file) {
    assertThrows(IOException.class, () -> read(file));
  }
}
