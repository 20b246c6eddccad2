package dev.flowline.cli;

import dev.flowline.certificate.Logbook;
import dev.flowline.certificate.LogbookEntry;
import dev.flowline.certificate.Observation;
import dev.flowline.certificate.ObservedDrift;
import dev.flowline.certificate.SeenImages;
import dev.flowline.data.ImageDigests;
import dev.flowline.drift.Drift;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.io.LineFile;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.Provenance;
import dev.flowline.runtime.FlowlineVersion;
import dev.flowline.runtime.RecordedTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option {@code --logbook}: a command appends its outcome to the logbook of the model. */
final class LogbookOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--logbook",
      paramLabel = "FILE",
      description =
          "Logbook of the model, a file of lines. A line with the outcome is appended, for 'flowline info MODEL --certificate' (default: none).")
  private Path file;

  /** Returns whether the user gave it. */
  boolean given() {
    return file != null;
  }

  /**
   * Refuses, before anything takes time, a logbook that is not of the model, or cannot be written.
   *
   * @throws IllegalArgumentException if it is of another model
   * @throws IOException naming the file, if it cannot be read or written, or was altered
   */
  void requireOf(AnomalyModel opened) throws IOException {
    if (file == null) {
      return;
    }
    LineFile.requireAppendable(file);
    if (Files.exists(file)) {
      Logbook.read(file).requireOf(digest(opened));
    }
  }

  /**
   * Refuses a model that guarantees nothing, and a test that is not its own: what they do says
   * nothing about a guarantee.
   *
   * @param otherTest whether the user gave options of the test
   * @throws IllegalArgumentException naming the way out
   */
  void requireGuarantee(AnomalyModel opened, boolean otherTest) {
    if (file == null) {
      return;
    }
    if (otherTest) {
      throw new IllegalArgumentException(
          "--logbook records what the model does as it was calibrated: leave out the options of the test");
    }
    if (opened.config().calibration() == null) {
      throw new IllegalArgumentException(
          "--logbook: the threshold of the model does not come from a calibration, so nothing is guaranteed: 'flowline calibrate' sets one");
    }
  }

  /**
   * Appends an outcome about a model, if the user gave a logbook.
   *
   * @param images that the command used
   * @param sources that the user named
   * @throws IOException naming the file, if it cannot be written
   */
  void record(AnomalyModel opened, List<Path> images, List<Path> sources, Observation observation)
      throws IOException {
    if (file != null) {
      List<String> digests = new ArrayList<>();
      for (Path image : images) {
        digests.add(ImageDigests.of(image));
      }
      record(opened, digest(opened), digests, sources, observation);
    }
  }

  /**
   * Appends an outcome, if the user gave a logbook.
   *
   * @param model the digest of the model's file
   * @param images digests of the images that the command used
   * @throws IOException naming the file, if it cannot be written
   */
  void record(
      AnomalyModel opened,
      String model,
      List<String> images,
      List<Path> sources,
      Observation observation)
      throws IOException {
    if (file == null) {
      return;
    }
    List<String> from = sources.stream().map(Provenance::name).map(String::valueOf).toList();
    LogbookEntry entry =
        new LogbookEntry(
            RecordedTime.now(),
            FlowlineVersion.current(),
            command.name(),
            model,
            TorchEncoder.ofProgram(),
            opened.device().toString(),
            new SeenImages(images.size(), ImageDigests.together(images), from),
            observation);
    Logbook now = Logbook.append(file, entry);
    command
        .commandLine()
        .getErr()
        .println(
            "logbook: %s, line %s, SHA-256 %s"
                .formatted(file, now.entries().size(), now.lastSha256()));
  }

  /**
   * Appends the state of a watch for drift, if the user gave a logbook.
   *
   * @param inspected images that were inspected
   * @param good those of them that were judged good, in their order
   * @throws IOException naming the file, if it cannot be written
   */
  void recordDrift(
      AnomalyModel opened, Drift drift, List<Path> inspected, List<Path> good, List<Path> sources)
      throws IOException {
    if (file != null) {
      record(
          opened,
          inspected,
          sources,
          new ObservedDrift(
              drift,
              image(DriftInWords.at(drift.changeAtPart(), good)),
              image(DriftInWords.at(drift.detectedAtPart(), good))));
    }
  }

  private static ObservedDrift.NamedImage image(Path image) throws IOException {
    return image == null
        ? null
        : new ObservedDrift.NamedImage(
            String.valueOf(Provenance.name(image)), ImageDigests.of(image));
  }

  private static String digest(AnomalyModel opened) {
    return opened.digest().orElseThrow(); // a command has read it from a file
  }
}
