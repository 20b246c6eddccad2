package dev.flowline.cli;

import dev.flowline.calibration.GuardBandText;
import dev.flowline.io.OneLine;
import dev.flowline.line.Inspector;
import dev.flowline.model.AnomalyModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The facts of a model and of the threshold that decides, which reports on it begin with. */
final class DecidingModel {
  private DecidingModel() {}

  /** Returns the facts by name, in their order. */
  static Map<String, String> facts(Path model, AnomalyModel opened, Inspector inspector) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("model", fileName(model));
    opened.digest().ifPresent(digest -> facts.put("SHA-256 of the model", digest));
    facts.put("category", OneLine.of(opened.config().category()));
    double log10Epsilon = inspector.test().log10Epsilon();
    facts.put(
        "log10Epsilon",
        String.format(Locale.ROOT, "%.2f", log10Epsilon)
            + (inspector.calibration() == null ? "" : ", as calibrated"));
    inspector
        .guardBand()
        .ifPresent(
            band ->
                facts.put(
                    "guard band", GuardBandText.of(band, log10Epsilon, inspector.calibration())));
    return facts;
  }

  /** Returns the name of a file or folder, without its path, in one line. */
  static String fileName(Path path) {
    Path name = path.toAbsolutePath().normalize().getFileName();
    return OneLine.of(String.valueOf(name == null ? path : name));
  }
}
