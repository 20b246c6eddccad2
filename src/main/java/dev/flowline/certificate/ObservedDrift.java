package dev.flowline.certificate;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.drift.Drift;
import dev.flowline.page.Numbers;
import java.util.Locale;
import java.util.Objects;

/**
 * The state of a watch for drift when its command ended.
 *
 * @param changeAt the image with which the change most likely began; null while it is not detected
 * @param detectedAt the image at which drift was detected; null while it is not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ObservedDrift(Drift drift, NamedImage changeAt, NamedImage detectedAt)
    implements Observation {
  /**
   * An image of the watch.
   *
   * @param file its name, without a path
   * @param digest see {@link dev.flowline.data.ImageDigests}
   */
  public record NamedImage(String file, String digest) {
    public NamedImage {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(digest, "digest");
    }
  }

  public ObservedDrift {
    Objects.requireNonNull(drift, "drift");
    if (drift.detected() && (changeAt == null || detectedAt == null)) {
      throw new IllegalArgumentException("drift that is detected must have its images");
    }
  }

  @Override
  public String inWords() {
    if (!drift.detected()) {
      return drift.parts() == 0
          ? "no good part was inspected"
          : "no drift in "
              + Numbers.count((int) Math.min(drift.parts(), Integer.MAX_VALUE), "good part")
              + (drift.watched() == Drift.Watched.INPUT ? ", by statistics of the input only" : "");
    }
    return "good parts have changed since about image %s, noticed at %s: %s is %s"
        .formatted(
            changeAt.file(),
            detectedAt.file(),
            drift.statistic(),
            String.valueOf(drift.direction()).toLowerCase(Locale.ROOT));
  }
}
