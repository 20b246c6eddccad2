package dev.flowline.data;

import static org.junit.jupiter.api.Assertions.*;

import dev.flowline.io.Image;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
  @TempDir Path folder;

  /** Returns a version 1.0 file, laid out as {@code numpy.save} does. */
  static byte[] bytes(String descr, String shape, int... values) {
    return bytes(descr, shape, Arrays.stream(values).asDoubleStream().toArray());
  }

  private static byte[] bytes(String descr, String shape, double... values) {
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(descr, shape);
    boolean isBigEndian = descr.startsWith(">");
    int itemBytes = descr.charAt(descr.length() - 1) - '0';
    ByteBuffer data = ByteBuffer.allocate(values.length * itemBytes);
    data.order(isBigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      if (descr.contains("f")) {
        data = itemBytes == 4 ? data.putFloat((float) value) : data.putDouble(value);
      } else {
        for (int i = 0; i < itemBytes; i++) {
          int shift = 8 * (isBigEndian ? itemBytes - 1 - i : i);
          data.put((byte) ((long) value >> shift));
        }
      }
    }
    return withHeader(header, data.array());
  }

  private static byte[] withHeader(String header, byte[] data) {
    String padded = header + " ".repeat(63 - (10 + header.length()) % 64) + "\n";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.write(padded.length());
    out.write(padded.length() >> 8);
    out.writeBytes(padded.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(data);
    return out.toByteArray();
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("array.npy"), bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "|b1", "|u1", "|i1", "b1", "<i2", ">i2", "=i2", "<i4", ">i4", "<i8", ">i8", "<u2", ">u2",
        "<u4", "<u8", ">u8", "<f4", ">f4", "<f8", ">f8"
      })
  void readsFramesOfEveryTypeOfWholeNumbers(String descr) throws IOException {
    Npy array = Npy.open(file(bytes(descr, "(2, 2, 3)", 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1)));
    assertEquals(2, array.frames());
    Image mask = array.readMask(1);
    assertEquals(2, mask.height());
    assertEquals(3, mask.width());
    assertArrayEquals(new byte[] {-1, 0, -1, 0, 0, -1}, mask.samples8(), descr);
  }

  @Test
  void everyBitCountsAndMinusZeroIsZero() throws IOException {
    assertTrue(Npy.open(file(bytes("<i2", "(1,)", 256))).readLabels()[0]);
    assertTrue(Npy.open(file(bytes("<f4", "(1,)", 255))).readLabels()[0]);
    assertFalse(Npy.open(file(bytes("<f8", "(1,)", -0.0))).readLabels()[0]);
  }

  /** Other writers have other orders, quotes and spaces; one dimension is in both orders. */
  @Test
  void readsHeadersOfOtherWriters() throws IOException {
    byte[] data = {0, 1};
    for (String header :
        new String[] {
          "{'shape':(2,),'fortran_order':True,'descr':'|u1'}",
          "{\"descr\": \"|u1\", \"fortran_order\": False, \"shape\": (2)}",
          "  {  'fortran_order' : False ,\n'shape' : ( 2 , ) , 'descr' : 'u1' , } "
        }) {
      assertArrayEquals(
          new boolean[] {false, true}, Npy.open(file(withHeader(header, data))).readLabels());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'descr': '|u0', 'fortran_order': False, 'shape': (4,), }",
        "{'descr': '<i3', 'fortran_order': False, 'shape': (4,), }",
        "{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '|O', 'fortran_order': False, 'shape': (4,), }",
        "{'descr': '', 'fortran_order': False, 'shape': (4,), }",
        "{'descr': '<', 'fortran_order': False, 'shape': (4,), }",
        "{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (4,), }",
        "{'descr': '|u1', 'fortran_order': True, 'shape': (1, 2, 2), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (5,), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 0, 4), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (0, 4, 0), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (-4,), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (4294967297,), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999999,), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 65536, 65536), }",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (2147483647, 2147483647, 2147483647), }",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 1, 1, 1), }",
        "{'descr': '|u1', 'fortran_order': False, }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (4,), 'more': 1}",
        "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (4,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (4,)",
        "{'descr': '|u1', 'fortran_order': Maybe, 'shape': (4,)}",
        "{'descr': '|u1' 'fortran_order': False, 'shape': (4,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (4,)} import os",
        "[]",
        ""
      })
  void aHeaderThatIsNotReadIsAnErrorThatNamesTheFile(String header) throws IOException {
    Path file = file(withHeader(header, new byte[4]));
    var error = assertThrows(IOException.class, () -> Npy.open(file));
    assertTrue(error.getMessage().contains("array.npy"), error.getMessage());
    assertEquals(1, error.getMessage().lines().count(), error.getMessage());
  }

  @Test
  void whatIsNotReadIsAnErrorThatNamesTheFile() throws IOException {
    byte[] good = bytes("|u1", "(4,)", 0, 1, 0, 1);
    byte[] version9 = good.clone();
    version9[6] = 9;
    byte[][] bad = {
      {},
      "this is text, not an array".getBytes(StandardCharsets.US_ASCII),
      Arrays.copyOf(good, good.length - 1),
      Arrays.copyOf(good, 20),
      version9
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

  @Test
  void numbersThatAreNotWholeAreRefused() throws IOException {
    for (double value : new double[] {0.5, Double.NaN, Double.POSITIVE_INFINITY, -1e-9}) {
      for (String descr : new String[] {"<f4", ">f8"}) {
        double[] values = DoubleStream.of(0, 1, value).toArray();
        Npy array = Npy.open(file(bytes(descr, "(3,)", values)));
        var error = assertThrows(IOException.class, array::readLabels, descr + " " + value);
        assertTrue(error.getMessage().contains("array.npy"), error.getMessage());
        assertTrue(error.getMessage().contains("whole numbers"), error.getMessage());
      }
    }
  }

  /** A regular expression that goes back and forth takes minutes for it. */
  @Test
  void aHeaderOfManyBeginningsIsRefusedAtOnce() throws IOException {
    String entries = "'descr': '|u1', ".repeat(1200) + "'fortran_order': False, ".repeat(1200);
    Path many = file(withHeader("{" + entries, new byte[4]));
    Path open = folder.resolve("open.npy");
    Files.write(open, withHeader("{" + "(".repeat(60_000), new byte[4]));
    for (Path file : new Path[] {many, open}) {
      assertTimeoutPreemptively(
          Duration.ofSeconds(5), () -> assertThrows(IOException.class, () -> Npy.open(file)));
    }
  }

  @Test
  void aPipeIsNotWaitedFor() throws Exception {
    Path pipe = folder.resolve("pipe.npy");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> assertThrows(IOException.class, () -> Npy.open(pipe)));
  }
}
