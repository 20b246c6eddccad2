package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Path file = sample();
    Safetensors read = Safetensors.read(file);
    assertEquals(Map.of("format", "pt", "note", "déjà vu"), read.metadata());
    assertArrayEquals(new float[] {1, -2.5f, Float.MIN_VALUE}, read.tensor("a").toFloats());
    assertArrayEquals(new long[] {3, 1}, read.tensor("a").shape());
    assertEquals(Long.MIN_VALUE, read.tensor("b").bytes().getLong(0));
    assertEquals(0, read.tensor("empty").elements());
    assertArrayEquals(new long[0], read.tensor("b").shape());
    assertEquals(read.tensors().keySet(), StateDict.read(file).keySet());
  }

  @Test
  void halvesAreExact() {
    short[] halves = {0x3c00, (short) 0xc000, 0x0001, 0x7bff, (short) 0x8000, 0x3555};
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asShortBuffer().put(halves);
    StoredTensor tensor = new StoredTensor(StoredTensor.Type.F16, new long[] {6}, bytes);
    assertArrayEquals(
        new double[] {1, -2, 0x1p-24, 65504, -0.0, 0.333251953125}, tensor.toDoubles());
  }

  @Test
  void aTruncatedFileIsNamed() throws IOException {
    byte[] whole = Files.readAllBytes(sample());
    for (int length = 0; length < whole.length; length++) {
      Path file = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));
      var e = assertThrows(IOException.class, () -> Safetensors.read(file));
      assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    }
  }

  @Test
  void anAlteredHeaderIsRefused() throws IOException {
    assertRefused("[1]", "JSON object");
    assertRefused("{\"a\":", "not a readable safetensors file");
    assertRefused("{\"a\":{\"dtype\":\"F99\",\"shape\":[1],\"data_offsets\":[0,4]}}", "F99");
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", "8 bytes");
    assertRefused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
        "a.shape must be numbers from 0 on");
    assertRefused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", "lies from 4 to 0");
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "truncated");
    assertRefused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}",
        "overflow");
  }

  @Test
  void aHeaderOfTheWrongKindIsRefused() throws IOException {
    String place = "\"data_offsets\":[0,4]}}";
    assertRefused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":{\"x\":1}," + place, "a.shape must be a list");
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":null," + place, "a.shape must be a list");
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5]," + place, "whole numbers");
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[\"1\"]," + place, "whole numbers");
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1e400]," + place, "whole numbers");
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999]," + place, "range");
    assertRefused("{\"a\":{\"dtype\":7,\"shape\":[1]," + place, "a.dtype");
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", "two data_offsets");
    assertRefused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", "two data_offsets");
    assertRefused("{\"a\":null}", "a must be an object");
    assertRefused("{\"__metadata__\":[]}", "__metadata__ must be an object");
    assertRefused("{\"__metadata__\":{\"k\":{}}}", "__metadata__.k must be text");
    assertRefused("{\"__metadata__\":{\"k\":\"v\",\"k\":\"w\"}}", "Duplicate field 'k'");
    String tensor = "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";
    assertRefused("{" + tensor + "," + tensor + "}", "Duplicate field 'a'");
    assertRefused("{" + tensor + "," + tensor.replace("\"a\"", "\"b\"") + "}", "they overlap");
    assertRefused("{}{}", "goes on behind");
    String dimensions = "1,".repeat(64) + "1";
    assertRefused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[" + dimensions + "]," + place, "too many numbers");
    assertRefused("{\"a\":" + "[".repeat(100_000), "a must be an object");
    assertRefused("{\"a\":{\"x\":" + "[".repeat(100_000), "nesting depth");
  }

  @Test
  void aFileOfTooManyTensorsIsRefusedInOneLine() throws IOException {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < 200_000; i++) {
      header.append(
          "\"t%d\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},".formatted(i));
    }
    header.setCharAt(header.length() - 1, '}');
    long before = Allocated.byThisThread();
    assertRefused(header.toString(), "more than 100000 tensors");
    long taken = Allocated.byThisThread() - before;
    assertTrue(taken < 15L * header.length(), taken + " bytes for " + header.length());
  }

  @Test
  void nothingStaysMappedOrOpen() throws IOException {
    Path file = sample();
    Safetensors read = Safetensors.read(file);
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      assertEquals(0, maps.filter(line -> line.contains(file.toString())).count());
    }
    Files.write(file, new byte[0]); // what stays of a file when something is copied over it
    assertArrayEquals(new float[] {1, -2.5f, Float.MIN_VALUE}, read.tensor("a").toFloats());
  }

  @Test
  void aFileThatIsOverwrittenMeanwhileIsReadOrRefused() throws Exception {
    Path file = sample();
    byte[] whole = Files.readAllBytes(file);
    AtomicBoolean done = new AtomicBoolean();
    Thread writer =
        new Thread(
            () -> {
              while (!done.get()) {
                try {
                  Files.write(file, whole); // truncates, then writes, as cp does
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }
            });
    writer.start();
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      try {
        Safetensors.read(file);
      } catch (IOException e) {
        assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
        refused++;
      }
    }
    done.set(true);
    writer.join();
    assertTrue(refused > 0);
  }

  @Test
  void randomDamageGivesNothingButIoExceptions() throws IOException {
    byte[] whole = Files.readAllBytes(sample());
    Random random = new Random(1);
    for (int i = 0; i < 1500; i++) {
      byte[] altered = whole.clone();
      altered[random.nextInt(altered.length)] = (byte) random.nextInt();
      Path file = Files.write(folder.resolve("altered"), altered);
      try {
        Safetensors.read(file);
      } catch (IOException expected) {
        assertTrue(expected.getMessage().startsWith(file.toString()));
      }
    }
  }

  private void assertRefused(String header, String part) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    Path file = Files.write(folder.resolve("altered"), bytes.array());
    var e = assertThrows(IOException.class, () -> Safetensors.read(file));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  private Path sample() throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    tensors.put("a", StoredTensor.of(new float[] {1, -2.5f, Float.MIN_VALUE}, 3, 1));
    tensors.put("empty", StoredTensor.of(new float[0], 0, 2));
    tensors.put("b", StoredTensor.of(new long[] {Long.MIN_VALUE}));
    Path file = folder.resolve("sample.safetensors");
    new Safetensors(Map.of("format", "pt", "note", "déjà vu"), tensors).write(file);
    return file;
  }
}
