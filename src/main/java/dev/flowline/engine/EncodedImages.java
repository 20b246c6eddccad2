package dev.flowline.engine;

import dev.flowline.calibration.GoodImages;
import dev.flowline.calibration.InputStatistics;
import dev.flowline.data.Sample;
import dev.flowline.io.Images;
import dev.flowline.io.Preprocessing;
import java.io.IOException;
import java.util.List;

/**
 * Good images in files, whose latents an encoder computes as in an inspection.
 *
 * @param encoder stays the caller's
 * @param done runs after every image
 */
public record EncodedImages(
    Encoder encoder, Preprocessing preprocessing, List<Sample> samples, Runnable done)
    implements GoodImages {
  public EncodedImages {
    samples = List.copyOf(samples);
  }

  @Override
  public int count() {
    return samples.size();
  }

  @Override
  public void read(int image, Reader reader) throws IOException {
    preprocessing.apply(Images.read(samples.get(image).image()), encoder.input());
    InputStatistics input = InputStatistics.of(encoder.input(), preprocessing);
    try (Encoding encoding = encoder.encode(1)) {
      reader.read(encoding.latents(), input);
    }
    done.run();
  }

  @Override
  public String name(int image) {
    return samples.get(image).image().toString();
  }
}
