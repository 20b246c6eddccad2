package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.*;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds PNG files of every kind to the samples that they were written of. */
class PngReaderTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1", "0, 2", "0, 4", "0, 8", "0, 16", "2, 8", "2, 16", "3, 1", "3, 2", "3, 4", "3, 8",
    "4, 8", "4, 16", "6, 8", "6, 16"
  })
  void readsEveryKind(int colour, int depth) throws IOException {
    for (int[] size : new int[][] {{37, 23}, {1, 1}, {3, 2}, {8, 9}, {5, 1}}) {
      for (int filter = 0; filter < 6; filter++) {
        for (boolean interlaced : new boolean[] {false, true}) {
          PngWriter png = new PngWriter();
          png.width = size[0];
          png.height = size[1];
          png.colour = colour;
          png.depth = depth;
          png.filter = filter;
          png.interlaced = interlaced;
          byte[] palette = new byte[3 << Math.min(8, depth)];
          new Random(3).nextBytes(palette);
          if (colour == 3) {
            png.with("PLTE", palette);
          }
          int[] values = noise(png);
          assertHolds(png, values, palette, Images.decode(png.write(values)));
        }
      }
    }
  }

  private static int[] noise(PngWriter png) {
    Random random = new Random(png.colour * 17L + png.depth);
    int[] values = new int[png.width * png.height * png.samples()];
    Arrays.setAll(values, i -> random.nextInt(1 << png.depth));
    return values;
  }

  private static void assertHolds(PngWriter png, int[] values, byte[] palette, Image image) {
    assertEquals(png.depth == 16 ? 16 : 8, image.bits());
    assertEquals(png.colour == 0 || png.colour == 4 ? 1 : 3, image.channels());
    for (int i = 0; i < png.width * png.height; i++) {
      for (int c = 0; c < image.channels(); c++) {
        int sample = values[i * png.samples() + (png.colour == 3 ? 0 : c)];
        int expected =
            png.colour == 3
                ? palette[3 * sample + c] & 0xFF
                : png.depth == 16 ? sample : sample * 255 / ((1 << png.depth) - 1);
        assertEquals(expected, image.sample(i / png.width, i % png.width, c));
      }
    }
  }

  @Test
  void saysWhatAViewerWouldHonour() throws IOException {
    byte[] exif = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0};
    assertEquals(ImageNote.ORIENTATION, noteOf("eXIf", Arrays.copyOf(exif, 26)));
    assertEquals(ImageNote.COLOUR_PROFILE, noteOf("gAMA", 0, 1, 0x86, 0xA0)); // linear light
    assertEquals(ImageNote.COLOUR_PROFILE, noteOf("iCCP", 'x', 0, 0, 1, 2, 3));
    assertEquals(ImageNote.COLOUR_PROFILE, noteOf("cICP", 9, 16, 0, 1));
    assertEquals(ImageNote.PIXEL_ASPECT, noteOf("pHYs", 0, 0, 0, 2, 0, 0, 0, 1, 0));
    assertEquals(ImageNote.FURTHER_PICTURES, noteOf("acTL", 0, 0, 0, 3, 0, 0, 0, 0));
    assertEquals(ImageNote.TRANSPARENCY, noteOf("tRNS", 0, 0, 0, 0, 0, 0));
  }

  @Test
  void saysNothingOfWhatChangesNothing() throws IOException {
    assertNull(noteOf("gAMA", 0, 0, 0xB1, 0x8F)); // 1 / 2.2
    assertNull(noteOf("iCCP", 's', 'R', 'G', 'B', 0, 0, 1));
    assertNull(noteOf("cICP", 1, 13, 0, 1));
    assertNull(noteOf("sBIT", 5, 5, 5));
    assertNull(noteOf("bKGD", 0, 9, 0, 9, 0, 9));
    assertNull(noteOf("tRNS", 0, 1, 0, 0, 0, 0)); // a colour that no pixel has
    assertNull(noteOf("acTL", 0, 0, 0, 1, 0, 0, 0, 0));
    assertNull(noteOf("eXIf", 1, 2, 3));
  }

  private static ImageNote noteOf(String chunk, int... data) throws IOException {
    byte[] bytes = new byte[data.length];
    for (int i = 0; i < data.length; i++) {
      bytes[i] = (byte) data[i];
    }
    return noteOf(chunk, bytes);
  }

  private static ImageNote noteOf(String chunk, byte[] data) throws IOException {
    PngWriter png = new PngWriter().with(chunk, data);
    Set<ImageNote> notes = Images.decode(png.write(new int[37 * 23 * 3])).notes();
    assertTrue(notes.size() <= 1, notes::toString);
    return notes.stream().findFirst().orElse(null);
  }

  @Test
  void saysThatTransparencyIsDroppedWhereAPixelIsTransparent() throws IOException {
    for (int colour : new int[] {4, 6}) {
      for (int depth : new int[] {8, 16}) {
        PngWriter png = new PngWriter();
        png.colour = colour;
        png.depth = depth;
        int[] values = new int[37 * 23 * png.samples()];
        Arrays.fill(values, (1 << depth) - 1);
        assertEquals(Set.of(), Images.decode(png.write(values)).notes());
        values[png.samples() - 1]--;
        assertEquals(Set.of(ImageNote.TRANSPARENCY), Images.decode(png.write(values)).notes());
      }
    }
    PngWriter palette = new PngWriter();
    palette.colour = 3;
    palette.with("PLTE", (byte) 1, (byte) 2, (byte) 3).with("tRNS", (byte) 254);
    assertEquals(
        Set.of(ImageNote.TRANSPARENCY), Images.decode(palette.write(new int[37 * 23])).notes());
  }

  @Test
  void saysThatSamplesLeaveUpperBitsUnused() throws IOException {
    int[] most = {0, 200, 1023, 1024, 4095, 16383, 16384};
    ImageNote[] notes = {
      null,
      ImageNote.AT_MOST_8_BITS,
      ImageNote.AT_MOST_10_BITS,
      ImageNote.AT_MOST_12_BITS,
      ImageNote.AT_MOST_12_BITS,
      ImageNote.AT_MOST_14_BITS,
      null
    };
    for (int i = 0; i < most.length; i++) {
      PngWriter png = new PngWriter();
      png.colour = 0;
      png.depth = 16;
      int[] values = new int[37 * 23];
      values[99] = most[i];
      Set<ImageNote> found = Images.decode(png.write(values)).notes();
      assertEquals(notes[i] == null ? Set.of() : Set.of(notes[i]), found);
    }
  }

  @Test
  void refusesPixelsThatAreNotWhatTheySay() {
    PngWriter png = new PngWriter();
    byte[] raw = new byte[23 * (1 + 3 * 37)];
    assertDoesNotThrow(() -> Images.decode(png.file(PngWriter.deflated(raw))));
    byte[] few = PngWriter.deflated(Arrays.copyOf(raw, raw.length - 1));
    assertRefused("truncated PNG", png.file(few));
    byte[] cut = PngWriter.deflated(raw);
    cut[cut.length - 1] ^= 1;
    assertRefused("corrupt PNG", png.file(cut));
    assertRefused("corrupt PNG", png.file(new byte[300]));
    raw[0] = 5;
    assertRefused("corrupt PNG", png.file(PngWriter.deflated(raw)));
    assertRefused("'CgBI'", new PngWriter().with("CgBI").write(new int[37 * 23 * 3]));
    PngWriter deep = new PngWriter();
    deep.colour = 3;
    deep.depth = 16;
    assertRefused("corrupt PNG", deep.file(PngWriter.deflated(raw)));
    PngWriter indexed = new PngWriter();
    indexed.colour = 3;
    assertRefused("palette", indexed.write(new int[37 * 23]));
    indexed.with("PLTE", new byte[6]);
    int[] outside = new int[37 * 23];
    outside[800] = 2;
    assertRefused("palette", indexed.write(outside));
  }

  @Test
  void refusesASecondHeader() {
    byte[] small = Arrays.copyOfRange(new PngWriter().file(new byte[9]), 16, 29);
    assertRefused("one header", new PngWriter().with("IHDR", small).write(new int[37 * 23 * 3]));
  }

  @Test
  void takesNoMoreMemoryThanTheFileCanHold() {
    PngWriter png = new PngWriter();
    png.width = 16_000;
    png.height = 16_000;
    assertRefused("cannot hold 16000 x 16000", png.file(PngWriter.deflated(new byte[1000])));
    png.depth = 16;
    png.colour = 6;
    byte[] file = png.file(new byte[2_000_000]);
    assertEquals(16_000, ByteBuffer.wrap(file).getInt(16));
    assertRefused("at most 1073741824 bytes are read", file);
  }

  private static void assertRefused(String why, byte[] file) {
    String message = assertThrows(IOException.class, () -> Images.decode(file)).getMessage();
    assertTrue(message.contains(why), message);
  }
}
