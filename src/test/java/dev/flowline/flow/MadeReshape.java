package dev.flowline.flow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.flowline.Golden;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** A case of the form of the golden reshapes, of any size, made by plain loops. */
final class MadeReshape {
  private MadeReshape() {}

  /**
   * @param channels V of the split, of which the first 4·⌊V/8⌋ rise
   * @param magnitude of the values
   */
  static Golden golden(int batch, int channels, int height, int width, double magnitude) {
    int rising = channels / 8 * 4;
    float[] x = values(batch * channels * height * width, magnitude);
    float[] up = values(batch * rising * height * width, magnitude);
    float[] shuffled = new float[up.length];
    int at = 0;
    for (int n = 0; n < batch; n++) {
      for (int c = 0; c < rising; c++) {
        for (int i = 0; i < height; i++) {
          for (int j = 0; j < width; j++) {
            int row = 2 * i + c % 4 / 2;
            int column = 2 * j + c % 2;
            int plane = n * (rising / 4) + c / 4;
            shuffled[(plane * 2 * height + row) * 2 * width + column] = up[at++];
          }
        }
      }
    }
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    tensors.put("up.x", StoredTensor.of(up, batch, rising, height, width));
    tensors.put("up.y", StoredTensor.of(shuffled, batch, rising / 4, 2 * height, 2 * width));
    tensors.put("up.inv_in", tensors.get("up.y"));
    tensors.put("up.inv_out", tensors.get("up.x"));
    String split = "split" + channels + ".";
    tensors.put(split + "x", StoredTensor.of(x, batch, channels, height, width));
    int positions = height * width;
    tensors.put(
        split + "out0_to_upsampling",
        StoredTensor.of(channels(x, channels, 0, rising, positions), batch, rising, height, width));
    tensors.put(
        split + "out1_to_z",
        StoredTensor.of(
            channels(x, channels, rising, channels, positions),
            batch,
            channels - rising,
            height,
            width));
    return new Golden(
        "made" + channels,
        JsonNodeFactory.instance.objectNode().put("tolerance", "exact (bitwise)"),
        new Safetensors(Map.of(), tensors));
  }

  private static float[] values(int count, double magnitude) {
    Random random = new Random(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (magnitude * random.nextGaussian());
    }
    return values;
  }

  private static float[] channels(float[] x, int all, int from, int to, int positions) {
    int batch = x.length / all / positions;
    float[] chosen = new float[batch * (to - from) * positions];
    for (int n = 0; n < batch; n++) {
      int source = (n * all + from) * positions;
      int length = (to - from) * positions;
      System.arraycopy(x, source, chosen, n * length, length);
    }
    return chosen;
  }
}
