package dev.flowline.extractor;

import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.ParameterSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * Writes files of random weights, one for each network of an extractor, to run all that does not
 * ask what features are worth where no pretrained ones are at hand: He's initialisation of what is
 * multiplied, normalisations that leave things as they are, faint positions.
 */
public final class RandomWeights {
  private static final double FAINT = 0.02;

  private RandomWeights() {}

  /** Arguments: an extractor's name as in {@code info extractors}, a folder, a seed. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    FeatureExtractor extractor = ExtractorConfig.named(arguments[0], null, null).create();
    for (PretrainedNetwork network : extractor.pretrained()) {
      Path file = folder.resolve(network.name() + ".safetensors");
      write(network, new Random(Long.parseLong(arguments[2])), file);
      System.out.println(file);
    }
  }

  private static void write(PretrainedNetwork network, Random random, Path file)
      throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (ParameterSpec spec : network.wanted()) {
      String name = spec.name().substring(network.prefix().length());
      tensors.put(name, tensor(name, spec.shape(), random));
    }
    new Safetensors(Map.of(), tensors).write(file);
  }

  private static StoredTensor tensor(String name, long[] shape, Random random) {
    float[] values =
        new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
    if (shape.length == 1) {
      Arrays.fill(values, name.endsWith("bias") ? 0 : 1);
    } else {
      long fan = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
      double deviation = name.endsWith("weight") ? Math.sqrt(2.0 / fan) : FAINT;
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (deviation * random.nextGaussian());
      }
    }
    return StoredTensor.of(values, shape);
  }
}
