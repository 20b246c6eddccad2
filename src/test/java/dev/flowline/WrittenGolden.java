package dev.flowline;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A golden case that a test makes with a slow implementation, of other sizes than the given ones:
 * it goes through a file, so that the assertions read everything from there.
 */
public final class WrittenGolden {
  private final ObjectNode json = new ObjectMapper().createObjectNode();
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

  public WrittenGolden config(String name, double value) {
    json.withObject("/config").put(name, value);
    return this;
  }

  public WrittenGolden config(String name, long value) {
    json.withObject("/config").put(name, value);
    return this;
  }

  public WrittenGolden tolerance(String text) {
    json.put("tolerance", text);
    return this;
  }

  public WrittenGolden tolerance(String tensor, double value) {
    json.withObject("/tolerance").put(tensor, value);
    return this;
  }

  public WrittenGolden tensor(String name, float[] values, long... shape) {
    tensors.put(name, StoredTensor.of(values, shape));
    return this;
  }

  public WrittenGolden tensor(String name, long[] values, long... shape) {
    tensors.put(name, StoredTensor.of(values, shape));
    return this;
  }

  public WrittenGolden tensor(String name, double[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    tensors.put(name, new StoredTensor(StoredTensor.Type.F64, shape, bytes));
    return this;
  }

  public Golden in(Path folder, String name) throws IOException {
    new Safetensors(Map.of(), tensors).write(folder.resolve(name + ".safetensors"));
    Path description = folder.resolve(name + ".json");
    new ObjectMapper().writeValue(description.toFile(), json);
    return Golden.read(description);
  }
}
