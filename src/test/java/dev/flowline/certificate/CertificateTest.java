package dev.flowline.certificate;

import static dev.flowline.certificate.CertifiedLine.anew;
import static dev.flowline.certificate.CertifiedLine.digest;
import static dev.flowline.certificate.CertifiedLine.drift;
import static dev.flowline.certificate.CertifiedLine.entry;
import static dev.flowline.certificate.CertifiedLine.model;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.TinyLine;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationImage;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.certificate.Certificate.State;
import dev.flowline.page.HostileText;
import dev.flowline.page.ParsedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateTest {
  @TempDir Path folder;

  private Certificate after(CertifiedModel model, LogbookEntry... entries) throws IOException {
    Path file = folder.resolve("gear.logbook.jsonl");
    Files.deleteIfExists(file);
    Logbook logbook = Logbook.empty(file);
    for (LogbookEntry entry : entries) {
      logbook = Logbook.append(file, entry);
    }
    return Certificate.of(model, logbook);
  }

  private static LogbookEntry decisions(int good, int falseAlarms) {
    return entry("acceptance", "gear", new ObservedDecisions(good, falseAlarms, 40, 1));
  }

  private static String all(Certificate certificate) {
    return certificate.facts().toString();
  }

  @Test
  void withoutALogbookItIsWhatTheModelFileSays() {
    Certificate certificate = Certificate.of(model("gear"), null);
    assertEquals(State.VALID, certificate.state());
    assertEquals(0.05, certificate.guarantee().guaranteed());
    assertEquals(99, certificate.guarantee().calibrationImages());
    assertEquals("2026-11-28T08:12:30Z", certificate.since());
    assertNull(certificate.ended());
    assertNull(certificate.lastShown());
    assertNull(certificate.remedy());
    for (String words :
        List.of(
            "99 good images held out for it: at most 5 % of good images raise a false alarm",
            "on average over the choice of calibration images",
            "number 5 of the 99 smallest",
            "1 learned from, 0 chose the epoch, 1 set the threshold",
            "resnet18.pth, SHA-256 " + digest("weights"),
            "field of view=the whole image",
            "never; it takes 19 good parts",
            "device=cpu",
            "libtorch 2.10",
            "SHA-256 of the model=" + digest("gear"))) {
      assertTrue(all(certificate).contains(words), words + " in " + all(certificate));
    }
  }

  @Test
  void driftEndsItWhateverComesAfter() throws IOException {
    assertEquals(State.VALID, after(model("gear"), entry("drift", "gear", drift(false))).state());
    Certificate ended =
        after(
            model("gear"),
            entry("drift", "gear", drift(false)),
            entry("inspect", "gear", drift(true)),
            entry("drift", "gear", drift(false)),
            decisions(60, 0));
    assertEquals(State.ENDED, ended.state());
    assertEquals(2, ended.ended().line());
    assertEquals("inspect", ended.ended().command());
    assertEquals("2026-11-30T12:00:00Z", ended.ended().time());
    assertTrue(ended.ended().inWords().endsWith("is higher, in 60 images of today"));
    assertEquals(3, ended.lastWatched().line());
    assertEquals(4, ended.lastShown().line());
    assertTrue(
        ended
            .remedy()
            .startsWith(
                "'flowline calibrate gear.flowline --good DIR --logbook gear.logbook.jsonl' with"),
        ended.remedy());
    assertTrue(
        CertificateText.verdict(ended)
            .startsWith("Ended on 2026-11-30T12:00:00Z, by inspect: good parts have changed"));
  }

  @Test
  void aCalibrationBeginsANewOneAndTheOldOneStaysEnded() throws IOException {
    LogbookEntry[] entries = {
      entry("drift", "gear", drift(true)),
      entry("calibrate", "gear 2", anew("gear")),
      entry("drift", "gear 2", drift(false))
    };
    Certificate renewed = after(model("gear 2"), entries);
    assertEquals(State.VALID, renewed.state());
    assertEquals(3, renewed.lastWatched().line());
    Certificate old = after(model("gear"), entries);
    assertEquals(State.ENDED, old.state());
    assertEquals(2, old.renewed().line());
    assertTrue(old.remedy().contains("take the certificate of that one"), old.remedy());
    assertThrows(IllegalArgumentException.class, () -> after(model("other"), entries));
  }

  /** Such as a change of what a person sets by hand: the threshold is the one that drift ended. */
  @Test
  void aChangeWithoutImagesRenewsNothing() throws IOException {
    LogbookEntry changed =
        new LogbookEntry(
            CertifiedLine.NOON,
            "0.1.0",
            "calibrate",
            digest("gear 2"),
            CertifiedLine.ENGINE,
            "cpu",
            new SeenImages(0, digest("none"), List.of()),
            anew("gear"));
    LogbookEntry drifted = entry("drift", "gear", drift(true));
    assertEquals(State.ENDED, after(model("gear 2"), drifted, changed).state());
    LogbookEntry[] entries = {
      drifted,
      changed,
      entry("calibrate", "gear 3", anew("gear 2")),
      entry("drift", "gear 3", drift(false))
    };
    assertEquals(State.VALID, after(model("gear 3"), entries).state());
    assertEquals(State.ENDED, after(model("gear 2"), entries).state());
  }

  /** 5 of 99 numbers: 97.5 % of counts of 60 new good parts are at most 8, by SciPy's betabinom. */
  @Test
  void moreFalseAlarmsThanTheGuaranteeAllowsEndIt() throws IOException {
    assertEquals(8, new GuaranteeCheck(model("gear").config().calibration()).mostFalseAlarms(60));
    Certificate within = after(model("gear"), decisions(60, 8));
    assertEquals(State.VALID, within.state());
    assertEquals(1, within.lastShown().line());
    assertEquals(
        "8 of 60 good parts with a false alarm, which alone shows a rate of at most 22.8 % at 95 % confidence; 1 of 40 defective parts missed; the guaranteed rate allows 8 false alarms, in 60 images of today",
        within.lastShown().inWords());
    Certificate beyond = after(model("gear"), decisions(60, 8), decisions(60, 9));
    assertEquals(State.ENDED, beyond.state());
    assertEquals(2, beyond.ended().line());
    assertEquals(1, beyond.lastShown().line());
  }

  @Test
  void fewPartsShowNothingButCanContradict() throws IOException {
    assertNull(after(model("gear"), decisions(18, 0)).lastShown());
    assertNotNull(after(model("gear"), decisions(19, 0)).lastShown());
    assertNull(after(model("gear"), decisions(0, 0)).lastShown());
    assertEquals(State.ENDED, after(model("gear"), decisions(10, 10)).state());
  }

  /** Counts of good parts of the same line end a certificate as rarely as the band says. */
  @Test
  void chanceRarelyEndsIt() {
    Random random = new Random(20261130);
    int ended = 0;
    int draws = 4000;
    GuaranteeCheck check = new GuaranteeCheck(model("gear").config().calibration());
    for (int draw = 0; draw < draws; draw++) {
      double[] calibration = random.doubles(99).sorted().toArray();
      int alarms = (int) random.doubles(60).filter(value -> value < calibration[4]).count();
      ended += check.isContradicted(new ObservedDecisions(60, alarms, 0, 0)) ? 1 : 0;
    }
    assertTrue(ended <= 0.025 * draws + 3 * Math.sqrt(0.025 * draws), ended + " of " + draws);
    assertTrue(ended > 0.005 * draws, ended + " of " + draws);
  }

  @Test
  void aThresholdByHandGuaranteesNothing() throws IOException {
    Certificate none = after(model("gear", null), entry("drift", "gear", drift(true)));
    assertEquals(State.NONE, none.state());
    assertNull(none.guarantee());
    assertNull(none.ended());
    assertTrue(none.remedy().startsWith("'flowline calibrate gear.flowline"), none.remedy());
    Calibration implausible =
        Calibration.of(
            List.of(new CalibrationImage(-1e6, null, null)), new FalseAlarmRate(0.5, null));
    assertEquals(State.NONE, Certificate.of(model("gear", implausible), null).state());
  }

  @Test
  void theDateIsThatOfTheLastCalibration() {
    CertifiedModel made = model("gear");
    CertifiedModel anew =
        CertifiedLine.certified(
            "gear",
            made.config()
                .recalibrated(
                    made.config().segmentation(),
                    made.config().calibration(),
                    null,
                    Instant.parse("2026-12-24T00:00:00Z"),
                    List.of(digest("c").substring(32))));
    Certificate certificate = Certificate.of(anew, null);
    assertEquals("2026-12-24T00:00:00Z", certificate.since());
    assertTrue(all(certificate).contains("of the last calibration=1 good image"));
    Certificate unknown =
        Certificate.of(
            CertifiedLine.certified(
                "gear",
                TinyLine.config(32, 32, 7)
                    .withSegmentation(
                        TinyLine.config(32, 32, 7).segmentation(), made.config().calibration())),
            null);
    assertNull(unknown.since());
    assertTrue(all(unknown).contains("calibrated=not recorded"), all(unknown));
  }

  @Test
  void textAndPageAndJsonSayTheSame() throws IOException {
    Certificate ended = after(model("gear"), entry("drift", "gear", drift(true)));
    Path page = CertificatePage.write(folder.resolve("report"), ended);
    ParsedPage parsed = ParsedPage.of(Files.readString(page));
    parsed.assertHarmless();
    ended
        .facts()
        .values()
        .forEach(
            section ->
                section.forEach(
                    (name, value) -> {
                      assertTrue(parsed.shown().contains(name), name);
                      assertTrue(parsed.shown().contains(value), value);
                    }));
    assertTrue(parsed.shown().contains(CertificateText.verdict(ended)), parsed.shown());
    JsonNode json =
        new ObjectMapper().readTree(Files.readString(page.resolveSibling("certificate.json")));
    assertEquals("ENDED", json.path("state").asText());
    assertEquals(1, json.at("/ended/line").asInt());
    assertEquals(0.05, json.at("/guarantee/promised").asDouble());
    assertEquals(1, json.at("/logbook/lines").asInt());
    assertEquals(64, json.at("/logbook/lastSha256").asText().length());
    assertTrue(!json.has("lastShown") && !json.has("renewed"), json.toString());
  }

  @Test
  void whatOthersNameIsEscaped() throws IOException {
    HostileText text = new HostileText();
    LogbookEntry hostile =
        new LogbookEntry(
            CertifiedLine.NOON,
            text.in("version"),
            text.in("command"),
            digest("gear"),
            new dev.flowline.engine.EngineInfo(text.in("engine"), text.in("number")),
            text.in("device"),
            new SeenImages(1, digest("images"), List.of(text.in("folder"))),
            drift(true));
    String html = new CertificatePage(after(model("gear"), hostile)).html();
    ParsedPage.of(html).assertHarmless();
    text.assertShownBy(html);
  }
}
