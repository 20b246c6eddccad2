package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
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
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", "F32[-1]");
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", "truncated");
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "truncated");
    assertRefused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}",
        "overflow");
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
