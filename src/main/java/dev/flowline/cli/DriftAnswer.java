package dev.flowline.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.calibration.OutOfRange;
import dev.flowline.drift.Drift;
import dev.flowline.io.ExactName;
import java.nio.file.Path;
import java.util.List;

/**
 * The answer of {@code drift --json}. A name that is not UTF-8 stands as a URI beside the text,
 * with the bytes of the name.
 *
 * @param detectedAtImage the image at which drift was detected; null as long as there is none
 * @param detectedAtImageUri null if the name is UTF-8
 * @param changeAtImage the image with which the change most likely began; null as long as there is
 *     none
 * @param changeAtImageUri null if the name is UTF-8
 * @param images all of them
 * @param judgedDefective images with the verdict DEFECT
 * @param undecided images with the verdict UNDECIDED
 * @param notInspected images with the verdict NOT_INSPECTED
 * @param imagesOutOfRange images unlike the calibration images; null if the model knows no range
 * @param outOfRange what is unlike about each of them; null if the model knows no range
 * @param notRead images that could not be read
 * @param trainingImagesLeftOut images that training or calibration had used; null if there is none
 *     and the model does not record its training images
 * @param filesLeftOut what lay in the folders and is no image; null for nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record DriftAnswer(
    Drift drift,
    String detectedAtImage,
    String detectedAtImageUri,
    String changeAtImage,
    String changeAtImageUri,
    int images,
    int judgedDefective,
    int undecided,
    int notInspected,
    Integer imagesOutOfRange,
    List<UnlikeImage> outOfRange,
    int notRead,
    Integer trainingImagesLeftOut,
    List<String> filesLeftOut) {

  /**
   * An image whose input is out of the range of the calibration images.
   *
   * @param image the file, as it was named
   * @param imageUri null if the name is UTF-8
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record UnlikeImage(String image, String imageUri, List<OutOfRange> statistics) {
    static UnlikeImage of(Path file, List<OutOfRange> statistics) {
      return new UnlikeImage(file.toString(), ExactName.uriOf(file), statistics);
    }
  }

  /** Returns a file as text; null for null. */
  static String text(Path file) {
    return file == null ? null : file.toString();
  }

  /** Returns a file as a URI; null for null, and if its name is UTF-8. */
  static String uri(Path file) {
    return file == null ? null : ExactName.uriOf(file);
  }
}
