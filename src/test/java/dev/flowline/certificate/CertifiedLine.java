package dev.flowline.certificate;

import dev.flowline.TinyLine;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationImage;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.drift.Drift;
import dev.flowline.engine.EngineInfo;
import dev.flowline.io.ContentDigest;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.NetworkShapes;
import dev.flowline.model.Provenance;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Models, and what was recorded about them, for tests of certificates. */
final class CertifiedLine {
  static final EngineInfo ENGINE = new EngineInfo("libtorch", "2.10");
  static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

  private CertifiedLine() {}

  /** A digest by a name: 64 digits. */
  static String digest(String name) {
    return ContentDigest.of(ByteBuffer.wrap(name.getBytes()));
  }

  /** A model that 99 good images have calibrated for 5 %, of which 5 % are guaranteed. */
  static CertifiedModel model(String name) {
    List<CalibrationImage> images = new ArrayList<>();
    for (int i = 0; i < 99; i++) {
      images.add(new CalibrationImage(-i / 10.0, null, null));
    }
    return model(name, Calibration.of(images, new FalseAlarmRate(0.05, null)));
  }

  static CertifiedModel model(String name, Calibration calibration) {
    Provenance.TrainingImages images =
        new Provenance.TrainingImages(
            List.of(digest("a").substring(32)), List.of(), List.of(digest("b").substring(32)));
    Provenance made =
        new Provenance(
            new Provenance.Creation(
                "train",
                "0.1.0",
                "2026-11-28T08:12:30Z",
                "parts",
                List.of(new Provenance.SourceFile("resnet18.pth", digest("weights"))),
                Map.of("device", "cpu"),
                images));
    ModelConfig plain = TinyLine.config(32, 32, 7);
    ModelConfig config =
        plain.withSegmentation(plain.segmentation(), calibration).withProvenance(made);
    return certified(name, config);
  }

  static CertifiedModel certified(String name, ModelConfig config) {
    return new CertifiedModel(
        name + ".flowline", digest(name), config, NetworkShapes.of(config), ENGINE);
  }

  static LogbookEntry entry(String command, String model, Observation observation) {
    return new LogbookEntry(
        NOON,
        "0.1.0",
        command,
        digest(model),
        ENGINE,
        "cpu",
        new SeenImages(60, digest("images"), List.of("today")),
        observation);
  }

  static ObservedDrift drift(boolean detected) {
    Long at = detected ? 7L : null;
    Drift state =
        new Drift(
            detected, 60, at, at, "energy of scale 0", Drift.Direction.HIGHER, 0, 1, 0.5, null);
    ObservedDrift.NamedImage image =
        detected ? new ObservedDrift.NamedImage("030.png", digest("030").substring(32)) : null;
    return new ObservedDrift(state, image, image);
  }

  static Recalibration anew(String before) {
    return anew(before, false);
  }

  static Recalibration anew(String before, boolean sameThreshold) {
    return new Recalibration(
        digest(before), 19, new FalseAlarmRate(0.05, null), 0.05, false, sameThreshold);
  }

  /** A calibration that names no images. */
  static LogbookEntry withoutImages(String model, String before, boolean sameThreshold) {
    return new LogbookEntry(
        NOON,
        "0.1.0",
        "calibrate",
        digest(model),
        ENGINE,
        "cpu",
        new SeenImages(0, digest("none"), List.of()),
        anew(before, sameThreshold));
  }
}
