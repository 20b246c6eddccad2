package dev.flowline.compare;

import dev.flowline.calibration.GoodImages;
import dev.flowline.data.Sample;
import dev.flowline.engine.Encoding;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.model.AnomalyModel;
import dev.flowline.tensor.TensorScope;
import dev.flowline.train.Extraction;
import java.io.IOException;
import java.util.List;

/**
 * The latents of images whose features are extracted already.
 *
 * @param model goes on from features
 * @param done runs after every image
 */
record ExtractedImages(AnomalyModel model, Extraction features, List<Sample> samples, Runnable done)
    implements GoodImages {
  @Override
  public int count() {
    return samples.size();
  }

  @Override
  public void read(int image, Reader reader) throws IOException {
    try (TensorScope scope = TensorScope.open();
        Encoding encoding = TorchEncoder.encodeFeatures(model, features.of(samples.get(image)))) {
      reader.read(encoding.latents(), features.input(samples.get(image)));
    }
    done.run();
  }

  @Override
  public String name(int image) {
    return samples.get(image).image().toString();
  }
}
