package dev.flowline.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
   * Reads a file whole, so that it may be replaced or shortened afterwards.
   *
   * @throws IOException naming the file, if it is no safetensors file, truncated or inconsistent
   */
  public static Safetensors read(Path file) throws IOException {
    try (FileBytes bytes = FileBytes.open(file)) {
      long headerLength = bytes.read(0, 8).getLong(0);
      if (headerLength < 2 || headerLength > Math.min(bytes.size() - 8, LONGEST_HEADER)) {
        throw new IOException("its header would have " + headerLength + " bytes");
      }
      SafetensorsHeader header = SafetensorsHeader.parse(bytes.read(8, headerLength).array());
      return new Safetensors(header.metadata(), tensors(bytes, 8 + headerLength, header));
    } catch (JsonProcessingException e) {
      throw unreadable(file, "its header: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw unreadable(file, FileFault.of(e), e);
    }
  }

  private static IOException unreadable(Path file, String reason, Exception cause) {
    return new IOException(file + " is not a readable safetensors file: " + reason, cause);
  }

  /** Reads the tensors; all places are compared with the file before anything is read. */
  private static Map<String, StoredTensor> tensors(
      FileBytes bytes, long start, SafetensorsHeader header) throws IOException {
    long left = bytes.size() - start;
    for (var entry : header.tensors().entrySet()) {
      SafetensorsHeader.Entry tensor = entry.getValue();
      if (!bytes.has(start + tensor.begin(), tensor.length())) {
        throw new IOException(
            "truncated: tensor %s ends at byte %s of %s"
                .formatted(ReadBudget.quoted(entry.getKey()), start + tensor.end(), bytes.size()));
      }
      left -= tensor.length();
      if (left < 0) {
        throw new IOException("its tensors are larger than the file: they overlap");
      }
    }
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (var entry : header.tensors().entrySet()) {
      SafetensorsHeader.Entry tensor = entry.getValue();
      ByteBuffer data = bytes.read(start + tensor.begin(), tensor.length());
      tensors.put(entry.getKey(), new StoredTensor(tensor.type(), tensor.shape(), data));
    }
    return tensors;
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
