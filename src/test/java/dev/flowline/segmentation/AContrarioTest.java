package dev.flowline.segmentation;

import static org.junit.jupiter.api.Assertions.*;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

class AContrarioTest {
  @Test
  void findsAPlantedDefect() {
    float[] z = noise(2 * 32 * 28 * 28);
    for (int c = 0; c < 32; c++) {
      for (int y = 8; y < 12; y++) {
        for (int x = 16; x < 22; x++) {
          z[((32 + c) * 28 + y) * 28 + x] *= 2.5f;
        }
      }
    }
    var options = SegmentationOptions.DEFAULT.withNumberOfTests(NumberOfTests.BY_SIZE);
    try (NativeLatents latents = new NativeLatents().add(z, 2, 32, 28, 28);
        AContrario aContrario = new AContrario(options, 1)) {
      List<NfaMap> maps = aContrario.segment(latents.views(), 112, 112);
      assertEquals(List.of(), maps.get(0).regions(options.log10Epsilon()));
      List<Region> regions = maps.get(1).regions(options.log10Epsilon());
      assertEquals(1, regions.size());
      Region region = regions.get(0);
      assertEquals(4 * 19, region.centroidX(), 2, region.toString());
      assertEquals(4 * 10, region.centroidY(), 2, region.toString());
      assertEquals(4 * 6, region.width(), 6, region.toString());
      assertTrue(maps.get(1).minLog10Nfa() <= region.log10Nfa(), "the map interpolates");
    }
  }

  @Test
  void smallestIsTheSameForEverySizeOfTheMap() {
    float[] z = new float[32 * 56 * 56];
    for (int c = 0; c < 32; c++) {
      Arrays.fill(z, c * 56 * 56, (c + 1) * 56 * 56, 0.6f);
      z[(c * 56 + 20) * 56 + 31] = 2.6f;
    }
    var options = SegmentationOptions.DEFAULT.withNumberOfTests(NumberOfTests.BY_SIZE);
    try (NativeLatents latents = new NativeLatents().add(z, 1, 32, 56, 56);
        AContrario aContrario = new AContrario(options, 1)) {
      float first = aContrario.segment(latents.views(), 56, 56).get(0).minLog10Nfa();
      for (int size : new int[] {448, 256, 100}) {
        NfaMap map = aContrario.segment(latents.views(), size, size).get(0);
        assertEquals(first, map.minLog10Nfa());
        for (float value : map.log10Nfa()) {
          assertTrue(value >= first, value + " is below " + first);
        }
      }
    }
  }

  /** 4 TiB of maps: no memory for it, and what was held before is still there. */
  @Test
  void lackOfMemoryLeavesItUsable() {
    try (NativeLatents latents = new NativeLatents().add(noise(4096), 4096, 1, 1, 1);
        NativeLatents one = new NativeLatents().add(noise(12), 1, 3, 2, 2);
        AContrario aContrario = new AContrario(SegmentationOptions.DEFAULT, 1)) {
      NfaMap before = aContrario.segment(one.views(), 4, 4).get(0);
      assertThrows(
          OutOfMemoryError.class, () -> aContrario.segment(latents.views(), 1 << 14, 1 << 14));
      assertArrayEquals(before.log10Nfa(), aContrario.segment(one.views(), 4, 4).get(0).log10Nfa());
    }
  }

  /** A mask that there is no memory for: the view from before is the one that is taken next. */
  @Test
  @SuppressWarnings({"resource", "unused"})
  void lackOfMemoryForAMaskLeavesWhereToLook() {
    FieldOfView whole = FieldOfView.whole(1024, 1024);
    FieldOfView masked = whole.within(0, 0, 300, 300).ignoring(new boolean[1 << 20]);
    try (NativeLatents latents = new NativeLatents().add(noise(3 * 16 * 16), 1, 3, 16, 16);
        AContrario aContrario = new AContrario(SegmentationOptions.DEFAULT, 1)) {
      float[] before = aContrario.segment(latents.views(), whole).get(0).log10Nfa();
      long most = Pointer.maxBytes();
      assertThrows(OutOfMemoryError.class, () -> new BytePointer(most)); // garbage is collected
      try (BytePointer rest = new BytePointer(most - Pointer.totalBytes() - 1024)) {
        assertThrows(
            OutOfMemoryError.class, () -> aContrario.segment(latents.views(), masked).get(0));
      }
      assertArrayEquals(before, aContrario.segment(latents.views(), whole).get(0).log10Nfa());
    }
  }

  /** As of LibTorch's expand, along some dimensions. */
  @Test
  void aStrideOfNoneReadsTheSameAgain() {
    float[] row = noise(3 * 5);
    float[] all = new float[2 * 3 * 4 * 5];
    for (int i = 0; i < all.length; i++) {
      all[i] = row[i / 20 % 3 * 5 + i % 5];
    }
    try (NativeLatents latents = new NativeLatents().add(row, 3, 5).add(all, 2, 3, 4, 5);
        AContrario aContrario = new AContrario(SegmentationOptions.DEFAULT, 1)) {
      NativeView first = latents.views().get(0);
      NativeView expanded =
          new NativeView(
              first.address(), shape(2, 3, 4, 5), shape(0, 5, 0, 1), Device.CPU, 0, first);
      assertArrayEquals(
          aContrario.segment(latents.views().subList(1, 2), 8, 8).get(1).log10Nfa(),
          aContrario.segment(List.of(expanded), 8, 8).get(1).log10Nfa());
    }
  }

  @Test
  void theSameBitsForAnyNumberOfThreadsAndAnyBatch() {
    float[] fine = noise(6 * 8 * 17 * 13);
    float[] coarse = noise(6 * 5 * 9 * 7);
    try (NativeLatents latents = new NativeLatents();
        AContrario one = new AContrario(SegmentationOptions.DEFAULT, 1);
        AContrario three = new AContrario(SegmentationOptions.DEFAULT, 3)) {
      latents.add(fine, 6, 8, 17, 13).add(coarse, 6, 5, 9, 7);
      List<NfaMap> expected = one.segment(latents.views(), 34, 26);
      List<NfaMap> actual = three.segment(latents.views(), 34, 26);
      for (int image = 0; image < 6; image++) {
        assertArrayEquals(expected.get(image).log10Nfa(), actual.get(image).log10Nfa());
      }
      NativeView z0 = latents.views().get(0);
      NativeView z1 = latents.views().get(1);
      List<NfaMap> last =
          one.segment(
              List.of(
                  NativeView.cpu(z0.address() + 5L * 8 * 17 * 13 * 4, shape(1, 8, 17, 13), z0),
                  NativeView.cpu(z1.address() + 5L * 5 * 9 * 7 * 4, shape(1, 5, 9, 7), z1)),
              34,
              26);
      assertArrayEquals(expected.get(5).log10Nfa(), last.get(0).log10Nfa());
    }
  }

  @Test
  void latentsOfOneShapeAfterThoseOfAnother() {
    float[] values = noise(6 * 4 * 12);
    long[][] shapes = {{1, 6, 4, 12}, {1, 6, 12, 4}, {2, 3, 4, 12}, {1, 6, 4, 12}};
    try (AContrario used = new AContrario(SegmentationOptions.DEFAULT, 1)) {
      for (long[] shape : shapes) {
        try (NativeLatents latents = new NativeLatents().add(values, shape)) {
          NativeView dense = latents.views().get(0);
          long[] s = dense.strides();
          NativeView turned = // the same memory, rows and columns exchanged
              new NativeView(
                  dense.address(),
                  shape(shape[0], shape[1], shape[3], shape[2]),
                  shape(s[0], s[1], s[3], s[2]),
                  Device.CPU,
                  0,
                  dense);
          for (NativeView view : List.of(dense, turned)) {
            try (AContrario fresh = new AContrario(SegmentationOptions.DEFAULT, 1)) {
              assertArrayEquals(
                  fresh.segment(List.of(view), 9, 9).get(0).log10Nfa(),
                  used.segment(List.of(view), 9, 9).get(0).log10Nfa());
            }
          }
          NfaMap upright = used.segment(latents.views(), 4, 12).get(0);
          NfaMap across = used.segment(List.of(turned), 12, 4).get(0);
          assertEquals(upright.minLog10Nfa(), across.minLog10Nfa());
        }
      }
    }
  }

  @Test
  void badArgumentsAreNamed() {
    try (NativeLatents z = new NativeLatents();
        AContrario aContrario = new AContrario(SegmentationOptions.DEFAULT, 1)) {
      z.add(new float[24], 1, 2, 3, 4).add(new float[24], 2, 1, 3, 4).add(new float[24], 4, 6);
      NativeView ok = z.views().get(0);
      NativeView cuda =
          new NativeView(ok.address(), ok.shape(), ok.strides(), Device.cuda(0), 0, null);
      assertMessage("latents must be 1 to 64", () -> aContrario.segment(List.of(), 8, 8));
      assertMessage("latents[1]", () -> aContrario.segment(z.views().subList(0, 2), 8, 8));
      assertMessage(
          "latents[0] must be (N, C, H, W), got [4, 6]",
          () -> aContrario.segment(z.views().subList(2, 3), 8, 8));
      NativeView repeated = view(ok, shape(0, 0, 0, 0), 0);
      assertMessage(
          "latents[1] must not repeat", () -> aContrario.segment(List.of(ok, repeated), 8, 8));
      NativeView elsewhere = view(ok, ok.strides(), 7);
      assertMessage(
          "latents[1] must be on the stream of latents[0], 0, got 7",
          () -> aContrario.segment(List.of(ok, elsewhere), 8, 8));
      assertMessage("cuda:0", () -> aContrario.segment(List.of(cuda), 8, 8));
      assertMessage("got 0 x 8", () -> aContrario.segment(List.of(ok), 0, 8));
      assertMessage("1048576 x 1048576", () -> aContrario.segment(List.of(ok), 1 << 20, 1 << 20));
    }
    assertMessage("threads", () -> new AContrario(SegmentationOptions.DEFAULT, 0));
    assertMessage("log10Epsilon", () -> SegmentationOptions.DEFAULT.withLog10Epsilon(Double.NaN));
    assertThrows(NullPointerException.class, () -> new AContrario(null, 1));
  }

  @Test
  void aLatentThatIsNotFiniteIsNamed() {
    float[] z = new float[2 * 3 * 4 * 5];
    z[3 * 4 * 5 + 1 * 4 * 5 + 2 * 5 + 4] = Float.NaN;
    try (NativeLatents latents = new NativeLatents().add(z, 2, 3, 4, 5);
        AContrario aContrario = new AContrario(SegmentationOptions.DEFAULT, 1)) {
      var e =
          assertThrows(FlowlineException.class, () -> aContrario.segment(latents.views(), 8, 8));
      assertEquals(LibFlowline.FLOWLINE_NOT_FINITE, e.status());
      assertEquals(
          "libflowline: not finite (status 2): latents[0], image 1: the energy is not finite at"
              + " row 2, column 4",
          e.getMessage());
    }
  }

  @Test
  @SuppressWarnings("try")
  void aScopeAroundACallFreesNothingOfIt() {
    try (NativeLatents latents = new NativeLatents().add(noise(3 * 4 * 64), 3, 4, 8, 8);
        AContrario aContrario = new AContrario(SegmentationOptions.DEFAULT, 1)) {
      float[] expected = aContrario.segment(latents.views(), 16, 16).get(2).log10Nfa();
      for (int round = 0; round < 200; round++) {
        try (PointerScope scope = new PointerScope()) {
          int size = 16 + round % 5;
          NfaMap map = aContrario.segment(latents.views(), size, size).get(2);
          map.regions(100);
          if (size == 16) {
            assertArrayEquals(expected, map.log10Nfa());
          }
        }
      }
    }
  }

  @Test
  void closedIsClosed() {
    AContrario aContrario = new AContrario(SegmentationOptions.DEFAULT, 2);
    aContrario.close();
    aContrario.close();
    try (NativeLatents latents = new NativeLatents().add(new float[4], 1, 1, 2, 2)) {
      assertThrows(IllegalStateException.class, () -> aContrario.segment(latents.views(), 2, 2));
      assertThrows(IllegalStateException.class, () -> aContrario.segment(List.of(), 2, 2));
    }
  }

  private static void assertMessage(String words, Runnable call) {
    var e = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  private static NativeView view(NativeView of, long[] strides, long stream) {
    return new NativeView(of.address(), of.shape(), strides, Device.CPU, stream, of);
  }

  private static long[] shape(long... dimensions) {
    return dimensions;
  }

  private static float[] noise(int count) {
    Random random = new Random(5);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
