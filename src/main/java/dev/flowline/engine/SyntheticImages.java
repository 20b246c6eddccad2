package dev.flowline.engine;

import dev.flowline.calibration.GoodImages;
import dev.flowline.calibration.InputStatistics;
import dev.flowline.calibration.SyntheticRepeat;
import dev.flowline.data.Sample;
import dev.flowline.io.Images;
import dev.flowline.io.Preprocessing;
import dev.flowline.random.SplitMix64;
import java.io.IOException;
import java.util.List;

/**
 * {@linkplain SyntheticRepeat Synthetic repeats} of images in files: those of the first image, then
 * those of the next.
 *
 * @param encoder stays the caller's
 * @param repeats number of repeats of each image
 * @param seed of the repeats
 * @param done runs after every repeat
 */
public record SyntheticImages(
    Encoder encoder,
    Preprocessing preprocessing,
    List<Sample> samples,
    int repeats,
    long seed,
    Runnable done)
    implements GoodImages {
  private static final long PURPOSE = 0x52455045L; // of the seed: no other draws are these

  public SyntheticImages {
    samples = List.copyOf(samples);
  }

  @Override
  public int count() {
    return samples.size() * repeats;
  }

  @Override
  public void read(int image, Reader reader) throws IOException {
    SplitMix64 random = SplitMix64.of(seed, PURPOSE, image);
    preprocessing.apply(
        SyntheticRepeat.of(Images.read(samples.get(image / repeats).image()), random),
        encoder.input());
    InputStatistics input = InputStatistics.of(encoder.input(), preprocessing);
    try (Encoding encoding = encoder.encode(1)) {
      reader.read(encoding.latents(), input);
    }
    done.run();
  }

  @Override
  public String name(int image) {
    return samples.get(image / repeats).image().toString();
  }
}
