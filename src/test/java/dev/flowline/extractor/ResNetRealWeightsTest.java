package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.StoredTensor;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TensorCopy;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.TensorScope;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** ImageNet ResNet-18 on real photographs: mean activations as the weights' description gives. */
class ResNetRealWeightsTest {
  private static final int SIZE = 256;
  private static final double[] MEAN = {0.485, 0.456, 0.406};
  private static final double[] DEVIATION = {0.229, 0.224, 0.225};

  @Test
  void meanActivationsOfPhotographs() throws IOException {
    Path shared = TestInput.folder("shared.dir", "../shared");
    Path weights = shared.resolve("weights/resnet18-imagenet-bn-folded.safetensors");
    Map<String, StoredTensor> parameters =
        PretrainedWeights.load(Backbone.RESNET18, List.of(weights), Optional.empty());
    ResNet resNet = new ResNet(ResNet.Variant.RESNET18);
    double[] mean = new double[3];
    List<Path> images = images(shared.resolve("data/mvtec-transistor/transistor/test/good"), 4);
    try (TensorScope scope = TensorScope.open();
        Parameters held = new Parameters(resNet.frozenParameters(SIZE, SIZE), parameters, 0);
        NoGradGuard noGrad = new NoGradGuard()) {
      for (Path image : images) {
        List<Tensor> features = resNet.features(new TorchOps(held), read(image));
        for (int i = 0; i < 3; i++) {
          mean[i] += features.get(i).mean().item_double() / images.size();
          assertEquals(0, features.get(i).isnan().sum().item_double());
        }
      }
    }
    assertTrue(mean[0] > 0.35 && mean[0] < 0.65, "layer1 " + mean[0]);
    assertTrue(mean[1] > 0.13 && mean[1] < 0.26, "layer2 " + mean[1]);
    assertTrue(mean[2] > 0.09 && mean[2] < 0.18, "layer3 " + mean[2]);
  }

  private static List<Path> images(Path folder, int count) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().limit(count).toList();
    }
  }

  private static Tensor read(Path file) throws IOException {
    BufferedImage scaled = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(ImageIO.read(file.toFile()), 0, 0, SIZE, SIZE, null);
    graphics.dispose();
    float[] values = new float[3 * SIZE * SIZE];
    for (int i = 0; i < SIZE * SIZE; i++) {
      int rgb = scaled.getRGB(i % SIZE, i / SIZE);
      for (int c = 0; c < 3; c++) {
        double value = (rgb >> (16 - 8 * c) & 0xff) / 255.0;
        values[c * SIZE * SIZE + i] = (float) ((value - MEAN[c]) / DEVIATION[c]);
      }
    }
    return TensorCopy.tensor(StoredTensor.of(values, 1, 3, SIZE, SIZE));
  }
}
