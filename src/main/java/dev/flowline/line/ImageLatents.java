package dev.flowline.line;

import dev.flowline.data.Sample;
import dev.flowline.flow.Latents;
import dev.flowline.io.Images;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.AnomalyModel;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Latents of image files, as an inspection has them. */
public final class ImageLatents implements Calibrator.GoodImages, AutoCloseable {
  private final AnomalyModel model;
  private final List<Sample> samples;
  private final Runnable done;
  private final FloatBuffer input;
  private final Tensor inputTensor;

  /**
   * @param done hears of every image
   */
  public ImageLatents(AnomalyModel model, List<Sample> samples, Runnable done) {
    this.model = model;
    this.samples = List.copyOf(samples);
    this.done = done;
    Preprocessing preprocessing = model.config().preprocessing();
    input =
        ByteBuffer.allocateDirect(preprocessing.inputLength() * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    inputTensor = Tensors.over(input, 1, 3, preprocessing.height(), preprocessing.width());
  }

  @Override
  public int count() {
    return samples.size();
  }

  @Override
  public Latents<Tensor> latents(int image) throws IOException {
    input.clear();
    model.config().preprocessing().apply(Images.read(samples.get(image).image()), input);
    Latents<Tensor> latents = model.testLatents(model.testFeatures(inputTensor));
    done.run();
    return latents;
  }

  @Override
  public String name(int image) {
    return samples.get(image).image().toString();
  }

  @Override
  public void close() {
    inputTensor.close();
  }
}
