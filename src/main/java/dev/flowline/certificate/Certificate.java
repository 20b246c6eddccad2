package dev.flowline.certificate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.calibration.FalseAlarmText;
import dev.flowline.model.Provenance;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The certificate of a model: what its threshold guarantees, and whether that was seen to hold or
 * not since it was calibrated. A calibration gives a model file another digest, so that what a
 * logbook holds about this digest is later than the calibration, whatever the clocks said.
 *
 * @param model name of its file
 * @param digest of its file
 * @param guarantee null if nothing is guaranteed
 * @param since when the threshold was calibrated, ISO 8601, UTC; null if that is not recorded
 * @param ended the line that ended it; null for none
 * @param lastShown the last line by which the guaranteed rate was shown to hold; null for none
 * @param lastWatched the last line of a watch that saw no drift; null for none
 * @param renewed the last line by which a new model was calibrated from this one; null for none
 * @param logbook null without one
 * @param remedy what to do if it is not valid; null if it is
 * @param facts what people read, by section and name, in the order shown
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Certificate(
    String model,
    String digest,
    State state,
    Guarantee guarantee,
    String since,
    Event ended,
    Event lastShown,
    Event lastWatched,
    Event renewed,
    LogbookEnd logbook,
    String remedy,
    Map<String, Map<String, String>> facts) {

  /** Whether the guarantee holds, as far as it is known. */
  public enum State {
    /** Something is guaranteed, and nothing that was recorded speaks against it. */
    VALID,
    /** Drift was detected, or there were more false alarms than the guarantee allows. */
    ENDED,
    /** Nothing is guaranteed: the threshold does not come from a calibration. */
    NONE
  }

  /**
   * What is guaranteed.
   *
   * @param requested the requested rate
   * @param guaranteed the guaranteed rate
   * @param calibrationImages good images that set the threshold
   * @param imagesMissing good images more that the requested rate takes
   * @param inWords what is guaranteed, by which images
   * @param expected whether {@code guaranteed} is what is expected of a cross-fitted threshold, and
   *     no bound
   * @param proved the rate that is proved besides, if the threshold is by kept folds; null
   *     otherwise
   */
  public record Guarantee(
      @JsonProperty("asked") FalseAlarmRate requested,
      @JsonProperty("promised") double guaranteed,
      int calibrationImages,
      int imagesMissing,
      String inWords,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean expected,
      @JsonInclude(JsonInclude.Include.NON_NULL) Double proved) {
    private static Guarantee of(Calibration calibration) {
      return new Guarantee(
          calibration.requested(),
          calibration.guaranteed(),
          calibration.goodImages(),
          calibration.imagesMissing(),
          FalseAlarmText.of(calibration),
          !calibration.isGuaranteed(),
          calibration.keepsFolds() ? calibration.proved().orElse(null) : null);
    }
  }

  /**
   * A line of the logbook.
   *
   * @param line its number
   * @param time ISO 8601, UTC
   * @param command that wrote it
   * @param inWords what it says
   */
  public record Event(int line, String time, String command, String inWords) {}

  /**
   * The end of the logbook, by which one sees later whether lines were taken away.
   *
   * @param file its name
   * @param lines how many it has
   * @param lastSha256 SHA-256 of the last one; null for none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record LogbookEnd(String file, int lines, String lastSha256) {}

  /**
   * Returns the certificate of a model.
   *
   * @param logbook of the model; null without one
   * @throws IllegalArgumentException if the logbook is of another model
   */
  public static Certificate of(CertifiedModel model, Logbook logbook) {
    List<LogbookEntry> entries = List.of();
    if (logbook != null) {
      logbook.requireOf(model.digest());
      entries = logbook.about(model.digest());
    }
    Calibration calibration = model.config().calibration();
    boolean guarantees = calibration != null && !calibration.isImplausible();
    CertificateEvents events =
        new CertificateEvents(guarantees ? new GuaranteeCheck(calibration) : null, entries);
    Event ended = events.ended();
    State state = !guarantees ? State.NONE : ended == null ? State.VALID : State.ENDED;
    Event renewed = logbook == null ? null : renewed(logbook, model.digest());
    Certificate bare =
        new Certificate(
            model.name(),
            model.digest(),
            state,
            guarantees ? Guarantee.of(calibration) : null,
            guarantees ? since(model.config().provenance()) : null,
            ended,
            events.last(events::isShown),
            events.last(CertificateEvents::sawNoDrift),
            renewed,
            logbook == null ? null : end(logbook),
            remedy(state, renewed, model.name(), logbook),
            Map.of());
    LogbookEntry last = entries.isEmpty() ? null : entries.get(entries.size() - 1);
    return bare.with(CertificateText.facts(model, bare, last));
  }

  private Certificate with(Map<String, Map<String, String>> words) {
    return new Certificate(
        model,
        digest,
        state,
        guarantee,
        since,
        ended,
        lastShown,
        lastWatched,
        renewed,
        logbook,
        remedy,
        words);
  }

  /** Returns when a threshold was last set by images; null if that is not recorded. */
  private static String since(Provenance provenance) {
    if (provenance == null) {
      return null;
    }
    return provenance
        .lastByImages()
        .map(Provenance.CalibrationStep::date)
        .orElseGet(() -> provenance.created() == null ? null : provenance.created().date());
  }

  private static Event renewed(Logbook logbook, String digest) {
    Predicate<LogbookEntry> ofThis =
        entry -> entry.observation() instanceof Recalibration anew && anew.before().equals(digest);
    return new CertificateEvents(null, logbook.entries()).last(ofThis);
  }

  private static LogbookEnd end(Logbook logbook) {
    return new LogbookEnd(
        CertificateText.name(logbook.file()), logbook.entries().size(), logbook.lastSha256());
  }

  private static String remedy(State state, Event renewed, String model, Logbook logbook) {
    if (state == State.VALID) {
      return null;
    }
    if (renewed != null) {
      return "the model was calibrated anew on %s: take the certificate of that one"
          .formatted(renewed.time());
    }
    String goesOn = logbook == null ? "" : " --logbook " + CertificateText.name(logbook.file());
    return "'flowline calibrate %s --good DIR%s' with good images of the line as it is now sets a threshold anew, and a new certificate begins"
        .formatted(model, goesOn);
  }

  /** Returns the certificate as a JSON object. */
  public String json() {
    try {
      return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
