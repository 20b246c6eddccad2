package dev.flowline.cli;

import dev.flowline.calibration.GoodImageVariety;
import dev.flowline.calibration.InputStatistics;
import dev.flowline.data.ImageDigests;
import dev.flowline.data.Sample;
import dev.flowline.io.ImageFiles;
import dev.flowline.io.Images;
import dev.flowline.io.ImagesDone;
import dev.flowline.io.ListedImage;
import dev.flowline.io.Preprocessing;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The good images that {@code calibrate} is given, each once, even if it or a copy of it lies in
 * several folders.
 *
 * @param byDigest in the order in which they were given
 * @param copies number of images that are copies of others, or named twice
 * @param listed what was listed, the files that are no images among it
 */
record CalibrationImages(Map<String, Sample> byDigest, int copies, ImageFiles listed) {
  /**
   * Lists images and prints what is left out.
   *
   * @param option that names them
   * @param sources images, and folders of images
   * @throws IOException naming the file, if one does not exist or cannot be read
   */
  static CalibrationImages of(String option, List<Path> sources, CommonOptions common)
      throws IOException {
    for (Path source : sources) {
      if (!Files.exists(source)) {
        throw new IOException(option + ": " + source + " does not exist");
      }
    }
    ImageFiles listed = ImageFiles.list(sources, null);
    LeftOutFiles.print(listed, common);
    Map<String, Sample> images = new LinkedHashMap<>();
    for (ListedImage source : listed.images()) {
      if (source.error() != null) {
        throw new IOException(source.error());
      }
      images.putIfAbsent(ImageDigests.of(source.file()), Sample.good(source.file()));
    }
    int copies = listed.images().size() - images.size();
    if (copies > 0) {
      common
          .err()
          .printf(
              "note: %s of %s images are copies of others, or named twice, and are left out%n",
              copies, listed.images().size());
    }
    return new CalibrationImages(images, copies, listed);
  }

  /**
   * Reads images and returns how much they differ, as a model sees them.
   *
   * @throws IOException naming the file, if one cannot be read
   */
  static GoodImageVariety variety(List<Sample> images, Preprocessing preprocessing, ImagesDone done)
      throws IOException {
    FloatBuffer input = FloatBuffer.allocate(preprocessing.inputLength());
    List<InputStatistics> inputs = new ArrayList<>();
    for (Sample image : images) {
      preprocessing.apply(Images.read(image.image()), input.clear());
      inputs.add(InputStatistics.of(input, preprocessing));
      done.report(inputs.size(), images.size());
    }
    return GoodImageVariety.of(inputs);
  }
}
