package dev.flowline.train;

import dev.flowline.calibration.CalibrationImage;
import dev.flowline.data.Sample;
import dev.flowline.segmentation.FusedAnomalyMap;
import java.io.IOException;
import java.util.List;

/**
 * The good images of a training, each judged by a model, and by a law, that did not see it.
 *
 * @param statistics in the order of the images
 * @param maps makes the maps of the images; only while a listener hears of this
 */
public record Screening(List<Sample> images, List<CalibrationImage> statistics, Maps maps) {
  public Screening {
    images = List.copyOf(images);
    statistics = List.copyOf(statistics);
  }

  /** Makes maps. */
  public interface Maps {
    /**
     * Returns the map of an image by the model that did not see it.
     *
     * @param image its number
     * @throws IOException naming the file, if its latents cannot be judged
     */
    FusedAnomalyMap of(int image) throws IOException;
  }

  /** Returns the smallest log10NFA of each image, in their order. */
  public List<Double> minLog10Nfa() {
    return statistics.stream().map(CalibrationImage::minLog10Nfa).toList();
  }
}
