package dev.flowline.certificate;

import dev.flowline.calibration.FalseAlarmText;
import dev.flowline.io.AtomicFile;
import dev.flowline.page.Html;
import dev.flowline.page.Numbers;
import dev.flowline.page.Tile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A self-contained page on a certificate, which prints as one page A4. */
public record CertificatePage(Certificate certificate) {
  private static final int LENGTH_OF_A_DAY = "2026-11-30".length();

  /**
   * Writes {@code certificate.html} and {@code certificate.json} into a folder, which is made if it
   * is missing.
   *
   * @return the page's path
   * @throws IOException naming the file, if it cannot be written
   */
  public static Path write(Path folder, Certificate certificate) throws IOException {
    AtomicFile.write(folder.resolve("certificate.json"), certificate.json() + "\n");
    Path page = folder.resolve("certificate.html");
    AtomicFile.write(page, new CertificatePage(certificate).html());
    return page;
  }

  /** Returns the page. */
  public String html() {
    return Html.render(page -> JtecertificateGenerated.render(page, null, this));
  }

  /** Returns the state in a sentence. */
  String verdict() {
    return CertificateText.verdict(certificate);
  }

  /** Returns the state in a word. */
  String state() {
    return certificate.state().name().toLowerCase(Locale.ROOT);
  }

  /** Returns the class of the badge of the state. */
  String colour() {
    return certificate.state() == Certificate.State.VALID ? "acceptable" : "unacceptable";
  }

  /** Returns the figures that stand out. */
  List<Tile> tiles() {
    Certificate.Guarantee guarantee = certificate.guarantee();
    return List.of(
        new Tile(
            "false alarms of good parts",
            guarantee == null
                ? Numbers.UNKNOWN
                : FalseAlarmText.bound(guarantee.guaranteed(), !guarantee.expected()),
            guarantee == null
                ? "nothing is guaranteed"
                : "requested: " + FalseAlarmText.requested(guarantee.requested())),
        new Tile(
            "since",
            day(certificate.since()),
            guarantee == null
                ? "not calibrated"
                : "by " + Numbers.count(guarantee.calibrationImages(), "good image")),
        tile("last shown to hold", certificate.lastShown()),
        certificate.ended() == null
            ? tile("last seen without drift", certificate.lastWatched())
            : tile("ended", certificate.ended()));
  }

  private static Tile tile(String name, Certificate.Event event) {
    return event == null
        ? new Tile(name, Numbers.UNKNOWN, "never recorded")
        : new Tile(name, day(event.time()), "by " + event.command());
  }

  private static String day(String time) {
    return time == null
        ? Numbers.UNKNOWN
        : time.substring(0, Math.min(LENGTH_OF_A_DAY, time.length()));
  }
}
