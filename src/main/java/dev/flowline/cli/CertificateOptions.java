package dev.flowline.cli;

import dev.flowline.certificate.Certificate;
import dev.flowline.certificate.CertificatePage;
import dev.flowline.certificate.CertificateText;
import dev.flowline.certificate.CertifiedModel;
import dev.flowline.certificate.Logbook;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.io.LaterFailure;
import dev.flowline.io.OneLine;
import dev.flowline.io.OutputLock;
import dev.flowline.model.ModelFile;
import dev.flowline.model.Provenance;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of {@code info} that show a model's certificate. */
final class CertificateOptions {
  @Option(
      names = "--certificate",
      description =
          "Show what is guaranteed for MODEL, by which images, and when it was last shown to hold. Exit with 5 if nothing is guaranteed, or no longer.")
  private boolean certificate;

  @Option(
      names = "--logbook",
      paramLabel = "FILE",
      description =
          "Logbook of the model, a file of lines. With --certificate: it is read (default: NAME.logbook.jsonl beside MODEL, if it exists).")
  private Path logbook;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "With --certificate: folder for certificate.html, which prints as one page A4, and certificate.json (default: no report).")
  private Path report;

  /** Returns whether the user wants the certificate. */
  boolean wanted() {
    return certificate;
  }

  /**
   * Refuses options that do not fit the subject of {@code info}.
   *
   * @param ofModel whether the subject is a model file
   */
  void requireFit(boolean ofModel) {
    String alone = logbook != null ? "--logbook" : report != null ? "--report" : null;
    if (!certificate && alone != null) {
      throw new IllegalArgumentException(alone + " goes with --certificate");
    }
    if (certificate && !ofModel) {
      throw new IllegalArgumentException("--certificate goes with a model file");
    }
  }

  /** Prints the certificate of a model, and returns the exit code. */
  int show(Path file, ModelFile model, CommonOptions common) throws IOException {
    LaterFailure unwritten = new LaterFailure();
    try (OutputLock alone = OutputLock.ofReport(report, "certificate", unwritten)) {
      CertifiedModel certified =
          new CertifiedModel(
              String.valueOf(Provenance.name(file)),
              model.digest(),
              model.config(),
              model.cost(file).shapes(),
              TorchEncoder.ofProgram());
      Certificate issued = Certificate.of(certified, logbook(file));
      common.print(issued, out -> print(issued, out));
      unwritten.throwIfAny();
      if (report != null) {
        common.err().println("report: " + CertificatePage.write(report, issued));
      }
      return issued.state() == Certificate.State.VALID ? Flowline.SUCCESS : Flowline.NO_CERTIFICATE;
    }
  }

  /** Returns the logbook that the user gave, or that beside the model; null for none. */
  private Logbook logbook(Path model) throws IOException {
    if (logbook != null) {
      return Logbook.read(logbook);
    }
    Path usual = usual(model);
    return Files.exists(usual) ? Logbook.read(usual) : null;
  }

  /** Returns {@code gear.logbook.jsonl} beside gear.flowline. */
  static Path usual(Path model) {
    String name = model.getFileName().toString().replaceFirst("(?<=.)\\.flowline$", "");
    return model.resolveSibling(name + ".logbook.jsonl");
  }

  private static void print(Certificate certificate, PrintWriter out) {
    out.println(OneLine.of(certificate.model() + ": " + CertificateText.verdict(certificate)));
    certificate
        .facts()
        .forEach(
            (section, facts) -> {
              out.println();
              out.println(section);
              facts.forEach((name, value) -> out.printf("  %-30s %s%n", name, OneLine.of(value)));
            });
  }
}
