package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of weights that are made to hurt: small on the disk, large or endless in memory. */
@Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileWeightsTest {
  private static final int STACK_GLOBAL = 0x93;
  private static final long LEAST_BUDGET = 64L << 20;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void listsThatHoldEachOtherAreNoName(boolean legacy) throws IOException {
    TorchFile file = new TorchFile(legacy).op(']', 'q', 0, ']', 'q', 1);
    file.op('h', 0, 'a', 'a', 'h', 1, STACK_GLOBAL);
    assertRefused(file.bytes(), "by what is no text");
  }

  @Test
  void aListOf2To40PartsIsNoName() throws IOException {
    TorchFile file = new TorchFile(false).text("a").op('q', 0);
    for (int level = 0; level < 40; level++) {
      file.op('(', 'h', level, 'h', level, 't', 'q', level + 1);
    }
    byte[] bytes = file.text("name").op(STACK_GLOBAL).bytes();
    assertRefused(bytes, "by what is no text");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void manyCopiesOfOneListAreOverTheBudget(boolean legacy) throws IOException {
    TorchFile file = new TorchFile(legacy).global("collections", "OrderedDict").op('q', 0, '(');
    for (int i = 0; i < 60_000; i++) {
      file.op('M', i & 0xff, i >> 8, 'K', 1, 0x86);
    }
    file.op('l', 0x85, 'q', 1, '(');
    for (int i = 0; i < 60_000; i++) {
      file.op('h', 0, 'h', 1, 'R');
    }
    assertRefused(file.op('l').bytes(), "asks for more than 64 MB");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void manyCopiesOfOneStorageAreOverTheBudget(boolean legacy) throws IOException {
    TorchFile file = new TorchFile(legacy).op('}', '(');
    float[] storage = new float[1_000_000];
    for (int i = 0; i < 2_000; i++) {
      file.text("w" + i).tensor("0", storage, 0, new long[] {storage.length}, new long[] {0});
    }
    assertRefused(file.op('u').bytes(), "asks for more than 64 MB");
  }

  @ParameterizedTest
  @ValueSource(ints = {'}', ']', 'N', '('})
  void twentyMillionObjectsAreOverTheBudget(int opcode) throws IOException {
    TorchFile file = new TorchFile(true);
    byte[] objects = new byte[20_000_000];
    Arrays.fill(objects, (byte) opcode);
    file.pickle.writeBytes(objects);
    assertRefused(file.bytes(), "asks for more than 76 MB");
  }

  @Test
  void aTensorOfTooManyDimensionsIsRefused() throws IOException {
    long[] ones = new long[100_000];
    Arrays.fill(ones, 1);
    TorchFile file = new TorchFile(false).op('}').text("w");
    assertRefused(
        file.tensor("0", new float[1], 0, ones, ones).op('s').bytes(), "without its size");
  }

  @Test
  void entriesThatOverlapAreRefused() throws IOException {
    TorchFile file = new TorchFile(false).op('}', '(');
    for (int i = 0; i < 500; i++) {
      float[] storage = new float[i == 0 ? 100_000 : 1];
      file.text("w" + i).tensor("" + i, storage, 0, new long[] {1}, new long[] {1});
    }
    byte[] bytes = file.op('u').bytes();
    overlap(bytes);
    assertRefused(bytes, "entries overlap");
  }

  /** Lets the entries of all storages be that of storage 0. */
  private static void overlap(byte[] zip) {
    ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    int at = bytes.getInt(zip.length - 22 + 16);
    int size = 0;
    int offset = 0;
    while (bytes.getInt(at) == 0x02014b50) {
      String name = new String(zip, at + 46, bytes.getShort(at + 28), StandardCharsets.UTF_8);
      if (name.equals("archive/data/0")) {
        size = bytes.getInt(at + 20);
        offset = bytes.getInt(at + 42);
      } else if (name.startsWith("archive/data/")) {
        bytes.putInt(at + 20, size).putInt(at + 24, size).putInt(at + 42, offset);
      }
      at += 46 + bytes.getShort(at + 28) + bytes.getShort(at + 30) + bytes.getShort(at + 32);
    }
  }

  @Test
  void aHugeNameIsNotRepeatedInTheMessage() throws IOException {
    TorchFile file = new TorchFile(false).op('}').text("w".repeat(1_000_000)).integer(1).op('s');
    String message = assertRefused(file.bytes(), "holds no tensors by name");
    assertTrue(message.length() < 1_000, message.length() + " characters");
    file = new TorchFile(false).global("os", "x".repeat(1_000_000)).op(')', 'R');
    message = assertRefused(file.bytes(), "refused");
    assertTrue(message.length() < 1_000, message.length() + " characters");
  }

  @Test
  void aLegacyFileOfManyPicklesIsReadWhole() throws IOException {
    TorchFile file = new TorchFile(true).op('}', '(').text("note").text("n".repeat(3_000_000));
    float[] values = {1, 2, 3};
    file.text("w").tensor("0", values, 0, new long[] {3}, new long[] {1}).op('u');
    Path written = Files.write(folder.resolve("long.pth"), file.bytes());
    assertEquals(3, StateDict.read(written).get("w").elements());
  }

  @Test
  void aLargeFileTakesALittleMoreMemoryThanItsSize() throws IOException {
    float[] values = new float[8_000_000];
    TorchFile file = new TorchFile(true).op('}').text("w");
    byte[] bytes =
        file.tensor("0", values, 0, new long[] {values.length}, new long[] {1}).op('s').bytes();
    Path written = Files.write(folder.resolve("large.pth"), bytes);
    long before = Allocated.byThisThread();
    StateDict.read(written);
    long taken = Allocated.byThisThread() - before;
    assertTrue(taken < 1.2 * bytes.length, taken + " bytes for " + bytes.length);
  }

  private String assertRefused(byte[] bytes, String reason) throws IOException {
    Path file = Files.write(folder.resolve("hostile.pth"), bytes);
    long before = Allocated.byThisThread();
    String message = assertThrows(IOException.class, () -> StateDict.read(file)).getMessage();
    long taken = Allocated.byThisThread() - before;
    assertTrue(message.startsWith(file.toString()), message);
    assertTrue(message.contains(reason), message);
    long most = 2 * Math.max(LEAST_BUDGET, 4L * bytes.length);
    assertTrue(taken < most, "%d bytes for %d".formatted(taken, bytes.length));
    return message;
  }
}
