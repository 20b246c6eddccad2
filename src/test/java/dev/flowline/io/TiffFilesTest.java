package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.*;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds what TIFF files say besides their pixels, and what is refused of them. */
class TiffFilesTest {
  @Test
  void saysThatFurtherPagesAreNotRead() throws IOException {
    TiffWriter tiff = new TiffWriter();
    assertEquals(Set.of(), Images.decode(tiff.write(TiffReaderTest.noise(tiff))).notes());
    tiff.pages = 3;
    Image image = Images.decode(tiff.write(TiffReaderTest.noise(tiff)));
    assertEquals(Set.of(ImageNote.FURTHER_PICTURES), image.notes());
  }

  @Test
  void saysWhichTagsItLeavesOut() throws IOException {
    TiffWriter profile = new TiffWriter();
    profile.more.put(34675, new long[] {1, 2, 3});
    Image image = Images.decode(profile.write(TiffReaderTest.noise(profile)));
    assertEquals(Set.of(ImageNote.COLOUR_PROFILE), image.notes());
    TiffWriter fax = new TiffWriter();
    fax.more.put(282, new long[] {204});
    fax.more.put(283, new long[] {98});
    assertEquals(
        Set.of(ImageNote.PIXEL_ASPECT),
        Images.decode(fax.write(TiffReaderTest.noise(fax))).notes());
  }

  @Test
  void refusesWhatItCannotReadRightly() {
    TiffWriter signed = new TiffWriter();
    signed.more.put(339, new long[] {2});
    TiffWriter deepCmyk = new TiffWriter();
    deepCmyk.samples = 4;
    deepCmyk.bits = 16;
    deepCmyk.photometric = 5;
    TiffWriter planarCmyk = new TiffWriter();
    planarCmyk.samples = 4;
    planarCmyk.photometric = 5;
    planarCmyk.planar = true;
    TiffWriter lab = new TiffWriter();
    lab.samples = 3;
    lab.photometric = 8;
    TiffWriter raw = new TiffWriter();
    raw.bits = 16;
    raw.photometric = 32803; // a colour filter array
    TiffWriter floating = new TiffWriter();
    floating.bits = 16;
    floating.more.put(339, new long[] {3});
    for (TiffWriter tiff : new TiffWriter[] {signed, deepCmyk, planarCmyk, lab, raw, floating}) {
      assertThrows(
          IOException.class,
          () -> Images.decode(tiff.write(TiffReaderTest.noise(tiff))),
          tiff::toString);
    }
  }

  @Test
  void takesNoMoreMemoryThanTheFileCanHold() {
    for (int compression : new int[] {TiffWriter.NONE, TiffWriter.DEFLATE}) {
      TiffWriter tiff = new TiffWriter();
      tiff.compression = compression;
      int[] values = TiffReaderTest.noise(tiff);
      tiff.more.put(256, new long[] {30_000});
      tiff.more.put(257, new long[] {30_000});
      tiff.more.put(278, new long[] {30_000});
      String message =
          assertThrows(IOException.class, () -> Images.decode(tiff.write(values))).getMessage();
      assertTrue(message.contains("cannot hold its pixels"), message);
    }
  }

  @Test
  void refusesAStripThatIsMissing() {
    for (int compression : new int[] {TiffWriter.NONE, TiffWriter.DEFLATE}) {
      TiffWriter tiff = new TiffWriter();
      tiff.compression = compression;
      tiff.more.put(273, new long[] {8, 1 << 30, 8, 8});
      assertThrows(IOException.class, () -> Images.decode(tiff.write(TiffReaderTest.noise(tiff))));
      tiff.more.put(273, new long[] {8, 0, 8, 8}); // sparse: a viewer shows anything
      assertThrows(IOException.class, () -> Images.decode(tiff.write(TiffReaderTest.noise(tiff))));
      tiff.more.put(273, new long[] {8, 8});
      assertThrows(IOException.class, () -> Images.decode(tiff.write(TiffReaderTest.noise(tiff))));
    }
  }

  /** Strips of fewer bytes than their rows take, by each compression. */
  @ParameterizedTest
  @ValueSource(ints = {TiffWriter.NONE, TiffWriter.DEFLATE, TiffWriter.PACK_BITS})
  void refusesAStripThatIsShort(int compression) throws IOException {
    for (boolean tiled : new boolean[] {false, true}) {
      for (boolean planar : new boolean[] {false, true}) {
        TiffWriter tiff = new TiffWriter();
        tiff.samples = 3;
        tiff.photometric = 2; // RGB
        tiff.planar = planar;
        tiff.tiled = tiled;
        tiff.compression = compression;
        tiff.cut = 30;
        int[] values = TiffReaderTest.noise(tiff);
        assertThrows(IOException.class, () -> Images.decode(tiff.write(values)), tiff::toString);
      }
    }
  }

  @Test
  void refusesDirectoriesThatDoNotEndOrHoldTooMuch() throws IOException {
    TiffWriter tiff = new TiffWriter();
    byte[] file = tiff.write(TiffReaderTest.noise(tiff));
    ByteBuffer loop = ByteBuffer.wrap(file.clone()).order(ByteOrder.LITTLE_ENDIAN);
    int directory = loop.getInt(4);
    int tags = loop.getShort(directory);
    loop.putInt(directory + 2 + 12 * tags, directory); // the next one is itself
    assertTimeout(Duration.ofSeconds(20), () -> decodeOrRefuse(loop.array()));
    for (int tag = 0; tag < tags; tag++) {
      for (int count : new int[] {0, 1 << 28, -1}) {
        ByteBuffer large = ByteBuffer.wrap(file.clone()).order(ByteOrder.LITTLE_ENDIAN);
        large.putInt(directory + 2 + 12 * tag + 4, count);
        assertTimeout(Duration.ofSeconds(20), () -> decodeOrRefuse(large.array()));
      }
    }
  }

  /** 60,000 tags, each of which has the whole file as its value, and as many directories. */
  @Test
  void readsOnlyTheTagsOfThePixels() throws IOException {
    TiffWriter tiff = new TiffWriter();
    tiff.width = 500;
    tiff.height = 500;
    int[] values = TiffReaderTest.noise(tiff);
    byte[] file = tiff.write(values);
    ByteBuffer old = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int count = old.getShort(old.getInt(4));
    int all = count + 60_000;
    ByteBuffer many = ByteBuffer.allocate(file.length + 12 * all + 6 + 18 * 20_000);
    many.order(ByteOrder.LITTLE_ENDIAN).put(file).putInt(4, file.length);
    many.putShort((short) all).put(file, old.getInt(4) + 2, 12 * count);
    for (int i = 0; i < 60_000; i++) {
      many.putShort((short) (1000 + i % 30_000)).putShort((short) 4);
      many.putInt(file.length / 4).putInt(0);
    }
    for (int i = 0; i < 20_000; i++) {
      many.putInt(many.position() + 4).putShort((short) 1).putShort((short) 1000);
      many.putShort((short) 4).putInt(file.length / 4).putInt(0);
    }
    Image image = Images.decode(many.array());
    assertArrayEquals(Images.decode(file).samples8(), image.samples8());
  }

  /** A profile of 16 MB, of which only the beginning is looked at. */
  @Test
  void readsNoMoreOfAProfileThanItsDescription() throws IOException {
    TiffWriter tiff = new TiffWriter();
    tiff.more.put(34675, new long[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
    byte[] file = tiff.write(TiffReaderTest.noise(tiff));
    byte[] large = java.util.Arrays.copyOf(file, file.length + (16 << 20));
    ByteBuffer bytes = ByteBuffer.wrap(large).order(ByteOrder.LITTLE_ENDIAN);
    int tag = bytes.getInt(4) + 2;
    while ((bytes.getShort(tag) & 0xFFFF) != 34675) {
      tag += 12;
    }
    bytes.putShort(tag + 2, (short) 7).putInt(tag + 4, 16 << 20).putInt(tag + 8, file.length);
    long before = Allocated.byThisThread();
    Image image = Images.decode(large);
    long allocated = Allocated.byThisThread() - before;
    assertEquals(Set.of(ImageNote.COLOUR_PROFILE), image.notes());
    assertTrue(allocated < 4 << 20, allocated + " bytes");
  }

  private static void decodeOrRefuse(byte[] file) {
    try {
      Images.decode(file);
    } catch (IOException e) {
      assertFalse(e.getMessage().isBlank());
    }
  }
}
