package dev.flowline.io;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A safetensors file: named tensors and a map of text. Layout: header length (uint64,
 * little-endian), JSON header {name: {dtype, shape, data_offsets}}, the tensors' bytes.
 *
 * @param metadata the header's {@code __metadata__}
 * @param tensors by name, in the order of the file
 */
public record Safetensors(Map<String, String> metadata, Map<String, StoredTensor> tensors) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ALIGNMENT = 64;
  private static final long LONGEST_HEADER = 100_000_000;

  public Safetensors {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /**
   * Maps a file into memory: nothing is read before it is used, and the mapping lives as long as a
   * tensor of it does.
   *
   * @throws IOException naming the file, if it is no safetensors file, truncated or inconsistent
   */
  public static Safetensors read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      ByteBuffer prefix = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      readFully(channel, prefix, 0);
      long headerLength = prefix.getLong(0);
      if (headerLength < 2 || headerLength > Math.min(size - 8, LONGEST_HEADER)) {
        throw new IOException("its header would have " + headerLength + " bytes");
      }
      ByteBuffer header = ByteBuffer.allocate((int) headerLength);
      readFully(channel, header, 8);
      return parse(channel, 8 + headerLength, size, JSON.readTree(header.array()));
    } catch (IOException e) {
      throw unreadable(file, FileFault.of(e), e);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw unreadable(file, e.getMessage(), e);
    }
  }

  private static IOException unreadable(Path file, String reason, Exception cause) {
    return new IOException(file + " is not a readable safetensors file: " + reason, cause);
  }

  private static Safetensors parse(FileChannel channel, long start, long size, JsonNode header)
      throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>();
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    if (!header.isObject()) {
      throw new IOException("its header is no JSON object");
    }
    for (var entry : header.properties()) {
      JsonNode value = entry.getValue();
      if (entry.getKey().equals("__metadata__")) {
        value.properties().forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
        continue;
      }
      StoredTensor.Type type = StoredTensor.Type.valueOf(value.path("dtype").asText());
      long[] shape = new long[value.path("shape").size()];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = value.path("shape").get(i).asLong();
      }
      long begin = value.path("data_offsets").path(0).asLong(-1);
      long end = value.path("data_offsets").path(1).asLong(-1);
      if (begin < 0 || end < begin || end > size - start) {
        throw new IOException(
            "truncated: tensor "
                + entry.getKey()
                + " ends at byte "
                + (start + end)
                + " of "
                + size);
      }
      ByteBuffer data =
          end == begin
              ? ByteBuffer.allocate(0)
              : channel.map(FileChannel.MapMode.READ_ONLY, start + begin, end - begin);
      tensors.put(entry.getKey(), new StoredTensor(type, shape, data));
    }
    return new Safetensors(metadata, tensors);
  }

  private static void readFully(FileChannel channel, ByteBuffer into, long position)
      throws IOException {
    while (into.hasRemaining()) {
      int read = channel.read(into, position + into.position());
      if (read < 0) {
        throw new EOFException("truncated after " + channel.size() + " bytes");
      }
    }
  }

  /**
   * The tensor of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor " + name + " among " + tensors.keySet());
    }
    return tensor;
  }

  /** Writes beside the destination, forces to disk, renames: see {@link AtomicFile}. */
  public void write(Path file) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    ObjectNode text = header.putObject("__metadata__");
    metadata.forEach(text::put);
    long offset = 0;
    for (var entry : tensors.entrySet()) {
      StoredTensor tensor = entry.getValue();
      ObjectNode node = header.putObject(entry.getKey());
      node.put("dtype", tensor.type().name());
      var shape = node.putArray("shape");
      for (long dimension : tensor.shape()) {
        shape.add(dimension);
      }
      long end = offset + tensor.bytes().remaining();
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = JSON.writeValueAsBytes(header);
    int padded = (8 + json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - 8;
    ByteBuffer head = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(padded).put(json);
    head.put(" ".repeat(padded - json.length).getBytes(StandardCharsets.US_ASCII)).flip();
    AtomicFile.write(
        file,
        channel -> {
          writeFully(channel, head);
          for (StoredTensor tensor : tensors.values()) {
            writeFully(channel, tensor.bytes());
          }
        });
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
