package dev.flowline.certificate;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.FalseAlarmText;
import dev.flowline.data.ImageDigests;
import dev.flowline.engine.EngineInfo;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelFacts;
import dev.flowline.model.Provenance;
import dev.flowline.page.Numbers;
import dev.flowline.runtime.FlowlineVersion;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The text of a certificate: sections of names and values. Some come from files that other people
 * made, so that a terminal needs {@link dev.flowline.io.OneLine}.
 */
public final class CertificateText {
  private static final String NOT_RECORDED = "not recorded";

  private final CertifiedModel model;
  private final Certificate certificate;
  private final Provenance.Creation created; // null if that is not recorded
  private final Provenance.CalibrationStep last; // null for none

  private CertificateText(CertifiedModel model, Certificate certificate) {
    this.model = model;
    this.certificate = certificate;
    Provenance provenance = model.config().provenance();
    created = provenance == null ? null : provenance.created();
    last = provenance == null ? null : provenance.lastByImages().orElse(null);
  }

  /**
   * Returns the facts of a certificate by section and name.
   *
   * @param last the last line about the model; null for none
   */
  static Map<String, Map<String, String>> facts(
      CertifiedModel model, Certificate certificate, LogbookEntry last) {
    CertificateText text = new CertificateText(model, certificate);
    Map<String, Map<String, String>> facts = new LinkedHashMap<>();
    facts.put("What is guaranteed", text.guarantee());
    facts.put("Whether it holds", text.events());
    facts.put("By which images", text.images());
    facts.put("By which test and view", text.decision());
    facts.put("By which program", text.program(last));
    return facts;
  }

  /** Returns the state in a sentence. */
  public static String verdict(Certificate certificate) {
    Certificate.Guarantee guarantee = certificate.guarantee();
    return switch (certificate.state()) {
      case VALID -> "Valid: " + guarantee.inWords() + ".";
      case ENDED ->
          "Ended on %s, by %s: %s."
              .formatted(
                  certificate.ended().time(),
                  certificate.ended().command(),
                  certificate.ended().inWords());
      case NONE ->
          "Nothing is guaranteed: the threshold does not come from a calibration that knows these parts.";
    };
  }

  private Map<String, String> guarantee() {
    Map<String, String> facts = new LinkedHashMap<>();
    Certificate.Guarantee guarantee = certificate.guarantee();
    if (guarantee == null) {
      facts.put("guaranteed rate", "none");
      return facts;
    }
    facts.put(guarantee.expected() ? "expected rate" : "guaranteed rate", guarantee.inWords());
    facts.put("it holds", itHolds(guarantee) + guide());
    facts.put(
        "requested rate",
        FalseAlarmText.requested(guarantee.requested())
            + (guarantee.imagesMissing() == 0
                ? ""
                : ", which takes %s more"
                    .formatted(Numbers.count(guarantee.imagesMissing(), "good image"))));
    facts.put("comes from", rule(model.config().calibration()));
    facts.put("calibrated", calibrated());
    return facts;
  }

  /** Returns how the good images decide which part is a defect. */
  private static String rule(Calibration calibration) {
    int images = calibration.goodImages();
    return calibration.keepsFolds()
        ? "CV+: a part is a defect if at most %s of %s good images have a log10NFA of at most the part's, by the kept model that had not seen the image"
            .formatted(calibration.rank() - 1, images)
        : "number %s of the log10NFA of %s, the smallest first%s"
            .formatted(
                calibration.rank(),
                Numbers.count(images, "good image"),
                calibration.crossFitting() == null
                    ? ""
                    : ", each by a model that had not seen the image");
  }

  /** Returns why the rate is a guide only, to follow what it holds for; empty if it is more. */
  private String guide() {
    Provenance provenance = model.config().provenance();
    return provenance == null
        ? ""
        : provenance
            .groupsBehindThreshold()
            .map("; a guide only, since images are alike: %s"::formatted)
            .orElse("");
  }

  private static String itHolds(Certificate.Guarantee guarantee) {
    if (guarantee.proved() != null) {
      return "the proved rate on average over the choice of calibration images; the expected one was measured for such calibrations";
    }
    if (guarantee.expected()) {
      return "measured for such calibrations, not proved";
    }
    return guarantee.requested().confidence() == null
        ? "on average over the choice of calibration images"
        : "for all but 1 − confidence of the choices of calibration images";
  }

  private String calibrated() {
    if (last != null) {
      return "%s, by calibrate of Flowline %s".formatted(last.date(), last.flowline());
    }
    return created == null
        ? NOT_RECORDED
        : "%s, by %s of Flowline %s"
            .formatted(created.date(), created.command(), created.flowline());
  }

  private Map<String, String> events() {
    Map<String, String> facts = new LinkedHashMap<>();
    if (certificate.ended() != null) {
      facts.put("ended", event(certificate.ended()));
    }
    if (certificate.guarantee() != null) {
      facts.put(
          "last shown to hold",
          certificate.lastShown() == null
              ? "never; it takes %s, in acceptance or evaluate with --logbook"
                  .formatted(
                      Numbers.count(
                          new GuaranteeCheck(model.config().calibration()).partsNeeded(),
                          "good part"))
              : event(certificate.lastShown()));
      facts.put(
          "last seen without drift",
          certificate.lastWatched() == null ? "never" : event(certificate.lastWatched()));
    }
    if (certificate.renewed() != null) {
      facts.put("calibrated anew", event(certificate.renewed()));
    }
    if (certificate.remedy() != null) {
      facts.put("what to do", certificate.remedy());
    }
    facts.put("logbook", logbook(certificate.logbook()));
    return facts;
  }

  private static String event(Certificate.Event event) {
    return "%s, by %s: %s (line %s)"
        .formatted(event.time(), event.command(), event.inWords(), event.line());
  }

  private static String logbook(Certificate.LogbookEnd logbook) {
    if (logbook == null) {
      return "none: nothing is recorded since the calibration";
    }
    return logbook.lastSha256() == null
        ? logbook.file() + ", empty"
        : "%s, %s, the last with SHA-256 %s"
            .formatted(
                logbook.file(), Numbers.count(logbook.lines(), "line"), logbook.lastSha256());
  }

  private Map<String, String> images() {
    Map<String, String> facts = new LinkedHashMap<>();
    ModelConfig config = model.config();
    Provenance.TrainingImages images = created == null ? null : created.images();
    if (created != null && created.dataset() != null) {
      facts.put("training data", "folder " + created.dataset());
    }
    facts.put(
        "of the training",
        images == null ? NOT_RECORDED : uses(images) + ", SHA-256 of all " + images.sha256());
    if (last != null) {
      facts.put(
          "of the last calibration",
          "%s, SHA-256 of all %s"
              .formatted(
                  Numbers.count(last.images().size(), "good image"),
                  ImageDigests.together(last.images())));
    }
    facts.put(
        "measured the region law",
        config.segmentation().law() == null
            ? "none: the test has no region law"
            : Numbers.count(config.segmentation().law().images(), "good image"));
    facts.put(
        "set the threshold",
        config.calibration() == null
            ? "none: it was set by hand"
            : Numbers.count(config.calibration().goodImages(), "good image"));
    return facts;
  }

  private String uses(Provenance.TrainingImages images) {
    Calibration calibration = model.config().calibration();
    String uses =
        "%s learned from, %s chose the epoch"
            .formatted(images.learned().size(), images.validation().size());
    return calibration != null && calibration.crossFitting() != null
        ? uses + ", all that it learned from took turns to set the threshold"
        : "%s, %s set the threshold".formatted(uses, images.calibration().size());
  }

  private Map<String, String> decision() {
    ModelConfig config = model.config();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("category", config.category());
    facts.put("model", config.model().title() + " on " + config.extractor().name());
    facts.put("input", config.preprocessing().height() + " × " + config.preprocessing().width());
    facts.putAll(ModelFacts.decision(config, config.segmentation(), model.shapes()));
    facts.remove("log10Epsilon comes from"); // the guaranteed rate says it already
    facts.putIfAbsent("field of view", "the whole image");
    if (!config.segmentation().hasSmallestRegion()) {
      facts.put("smallest region", "none: regions of any size count");
    }
    facts.put("SHA-256 of the model", model.digest());
    return facts;
  }

  private Map<String, String> program(LogbookEntry recorded) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "made",
        created == null
            ? NOT_RECORDED
            : "%s, by %s of Flowline %s%s"
                .formatted(
                    created.date(),
                    created.command(),
                    created.flowline(),
                    created.optionsInWords().map(options -> ", " + options).orElse("")));
    if (created != null && !created.weights().isEmpty()) {
      facts.put(
          "weights",
          created.weights().stream()
              .map(file -> file.file() + ", SHA-256 " + file.sha256())
              .collect(Collectors.joining("; ")));
    }
    if (recorded != null) {
      facts.put(
          "last recorded",
          inWords(recorded.flowline(), recorded.engine()) + ", on " + recorded.device());
    }
    facts.put("this program", inWords(FlowlineVersion.current(), model.engine()));
    return facts;
  }

  private static String inWords(String flowline, EngineInfo engine) {
    return "Flowline %s with %s %s".formatted(flowline, engine.name(), engine.version());
  }

  /** Returns the name of a file, without its path, in one line. */
  static String name(Path file) {
    return String.valueOf(Provenance.name(file));
  }
}
