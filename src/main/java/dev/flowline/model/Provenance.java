package dev.flowline.model;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.data.ImageDigests;
import dev.flowline.io.OneLine;
import dev.flowline.runtime.FlowlineVersion;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The provenance of a model: who made it, when, of which files, and who has calibrated it since. It
 * names files and folders without the path to them. Images are named by {@link ImageDigests}.
 *
 * @param created null if the model is older than such records
 * @param calibrated calibrations since then, oldest first; empty for none
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Provenance(Creation created, List<CalibrationStep> calibrated) {
  private static final int LONGEST_TEXT = 4096;
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{" + ImageDigests.LENGTH + "}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  public Provenance {
    calibrated = calibrated == null ? List.of() : list("calibrated", calibrated);
  }

  /** Makes the provenance of a new model. */
  public Provenance(Creation created) {
    this(created, List.of());
  }

  /**
   * The making of a model.
   *
   * @param command of Flowline that made it; {@code train} for {@code compare} too, whose model
   *     files are those of {@code train}
   * @param flowline the version of Flowline
   * @param date when it began, ISO 8601, UTC
   * @param dataset name of the dataset's folder; null if it has none
   * @param weights the files of pretrained weights, or the checkpoint that was imported
   * @param options of the command as they were in effect, by name
   * @param images null if the model did not learn here
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Creation(
      String command,
      String flowline,
      String date,
      String dataset,
      List<SourceFile> weights,
      Map<String, String> options,
      TrainingImages images) {
    public Creation {
      text("command", command);
      text("flowline", flowline);
      requireDate(date);
      if (dataset != null) {
        text("dataset", dataset);
      }
      weights = weights == null ? List.of() : list("weights", weights);
      options = options == null ? Map.of() : new LinkedHashMap<>(options);
      options.forEach(
          (name, value) -> {
            text("options", name);
            text(name, value);
          });
      options = Collections.unmodifiableMap(options);
    }
  }

  /**
   * A file that a model was made of.
   *
   * @param file its name, without a path
   * @param sha256 its digest, 64 hexadecimal digits
   */
  public record SourceFile(String file, String sha256) {
    public SourceFile {
      text("file", file);
      digits(SHA256, "sha256", sha256);
    }
  }

  /**
   * The digests of the images of a training, by what they were for.
   *
   * @param learned images that the weights were fitted to
   * @param validation images that chose the epoch and measured the region law
   * @param calibration images that set the threshold
   */
  public record TrainingImages(
      List<String> learned, List<String> validation, List<String> calibration) {
    public TrainingImages {
      learned = digests("learned", learned);
      validation = digests("validation", validation);
      calibration = digests("calibration", calibration);
    }
  }

  /**
   * A calibration of a model that had been made before.
   *
   * @param flowline the version of Flowline
   * @param date ISO 8601, UTC
   * @param images digests of the good images that it used
   */
  public record CalibrationStep(String flowline, String date, List<String> images) {
    public CalibrationStep {
      text("flowline", flowline);
      requireDate(date);
      images = digests("images", images);
    }
  }

  /**
   * Returns the name of a file or folder as a record holds it, without the path: {@code ?} stands
   * for what no line can hold, and for a blank name. Null for the root of a file system.
   */
  public static String name(Path path) {
    Path last = path.toAbsolutePath().normalize().getFileName();
    if (last == null) {
      return null;
    }
    String name = OneLine.of(last.toString());
    return name.isBlank() ? "?" : name;
  }

  /**
   * Returns the time that a new record gets, in whole seconds: that of SOURCE_DATE_EPOCH if it is
   * set, or now.
   *
   * @throws IllegalArgumentException if SOURCE_DATE_EPOCH is no number of seconds
   */
  public static Instant now() {
    String epoch = System.getenv("SOURCE_DATE_EPOCH");
    if (epoch == null || epoch.isBlank()) {
      return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }
    try {
      return Instant.ofEpochSecond(Long.parseLong(epoch.strip()));
    } catch (NumberFormatException | DateTimeException e) {
      throw new IllegalArgumentException(
          "SOURCE_DATE_EPOCH must be a number of seconds since 1970, got '" + epoch + "'", e);
    }
  }

  /**
   * Returns this provenance with one more calibration, by this version of Flowline.
   *
   * @param before null if nothing is recorded yet
   * @param images digests of the good images that it used
   */
  public static Provenance calibrated(Provenance before, Instant date, List<String> images) {
    List<CalibrationStep> all = new ArrayList<>(before == null ? List.of() : before.calibrated);
    all.add(new CalibrationStep(FlowlineVersion.current(), date.toString(), images));
    return new Provenance(before == null ? null : before.created, all);
  }

  /** Returns whether the images of the training are recorded. */
  @JsonIgnore
  public boolean isOfKnownImages() {
    return created != null && created.images != null;
  }

  /**
   * Returns the digests of the images that the weights depend on: those that the model learned
   * from, and those that chose the epoch. Empty if they are not recorded.
   */
  public Set<String> trainedOn() {
    Set<String> digests = new HashSet<>();
    if (isOfKnownImages()) {
      digests.addAll(created.images.learned);
      digests.addAll(created.images.validation);
    }
    return digests;
  }

  /** Returns the digests of all images that training and calibrations have used. */
  public Set<String> used() {
    Set<String> digests = trainedOn();
    if (isOfKnownImages()) {
      digests.addAll(created.images.calibration);
    }
    calibrated.forEach(step -> digests.addAll(step.images));
    return digests;
  }

  private static <T> List<T> list(String name, List<T> values) {
    if (values.stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException(name + " must not hold null");
    }
    return List.copyOf(values);
  }

  private static List<String> digests(String name, List<String> values) {
    if (values == null) {
      throw new IllegalArgumentException(name + " must be a list of digests, got null");
    }
    values.forEach(value -> digits(DIGEST, name, value));
    return List.copyOf(values);
  }

  private static void digits(Pattern pattern, String name, String value) {
    if (value == null || !pattern.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "%s must be a digest %s, got %s".formatted(name, pattern, brief(value)));
    }
  }

  /** Requires a text that a terminal can show as one line. */
  private static void text(String name, String value) {
    boolean fits = value != null && !value.isBlank() && value.length() <= LONGEST_TEXT;
    if (!fits || !OneLine.fits(value)) {
      throw new IllegalArgumentException(
          "%s must be a line of 1 to %s characters, got %s"
              .formatted(brief(name), LONGEST_TEXT, brief(value)));
    }
  }

  private static void requireDate(String date) {
    try {
      Instant.parse(String.valueOf(date));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("date must be a time in UTC, got " + brief(date), e);
    }
  }

  private static String brief(String value) {
    if (value == null) {
      return "null";
    }
    String line = OneLine.of(value);
    return line.length() > 60 ? line.substring(0, 60) + "…" : "'" + line + "'";
  }
}
