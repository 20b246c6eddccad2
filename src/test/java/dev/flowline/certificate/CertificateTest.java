package dev.flowline.certificate;

import static dev.flowline.certificate.CertifiedLine.anew;
import static dev.flowline.certificate.CertifiedLine.digest;
import static dev.flowline.certificate.CertifiedLine.drift;
import static dev.flowline.certificate.CertifiedLine.entry;
import static dev.flowline.certificate.CertifiedLine.model;
import static dev.flowline.certificate.CertifiedLine.withoutImages;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.TinyLine;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationImage;
import dev.flowline.calibration.CountBand;
import dev.flowline.calibration.CrossFitting;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.calibration.GroupMix;
import dev.flowline.certificate.Certificate.State;
import dev.flowline.page.Browser;
import dev.flowline.page.HostileText;
import dev.flowline.page.ParsedPage;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.segmentation.Zone;
import dev.flowline.segmentation.Zones;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  void itPrintsOnOneSheet() throws Exception {
    String html = new CertificatePage(Certificate.of(model("gear"), null)).html();
    List<double[]> sheets =
        new Browser(folder).printed(Files.writeString(folder.resolve("page.html"), html));
    assertEquals(1, sheets.size());
    assertEquals(297 / 25.4 * 72, sheets.get(0)[1], 1);
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
            "number 5 of the log10NFA of 99 good images, the smallest first",
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
    LogbookEntry changed = withoutImages("gear 2", "gear", false);
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

  /** Counts of false alarms say nothing about a threshold that raises others. */
  @Test
  void decisionsCountAtTheirThresholdOnly() throws IOException {
    LogbookEntry contradicted = decisions(60, 9);
    Certificate other =
        after(model("gear 2"), contradicted, withoutImages("gear 2", "gear", false));
    assertEquals(State.VALID, other.state());
    Certificate same = after(model("gear 2"), contradicted, withoutImages("gear 2", "gear", true));
    assertEquals(State.ENDED, same.state());
    Certificate between =
        after(
            model("gear 3"),
            contradicted,
            withoutImages("gear 2", "gear", false),
            withoutImages("gear 3", "gear 2", true));
    assertEquals(State.VALID, between.state());
    assertNull(
        after(model("gear 2"), decisions(60, 0), withoutImages("gear 2", "gear", false))
            .lastShown());
  }

  @Test
  void aCalibrationWithoutImagesSaysWhatItKept() throws IOException {
    Certificate kept = after(model("gear"), withoutImages("gear 2", "gear", true));
    assertEquals(
        "kept the threshold of 19 good images: at most 5 % of good images raise a false alarm",
        kept.renewed().inWords());
    Certificate other = after(model("gear"), withoutImages("gear 2", "gear", false));
    assertEquals(
        "set another threshold or guard band, without new images, by the same 19 good images: at most 5 % of good images raise a false alarm",
        other.renewed().inWords());
    Certificate anew = after(model("gear"), entry("calibrate", "gear 2", anew("gear")));
    assertEquals(
        "calibrated anew with 19 good images: at most 5 % of good images raise a false alarm, in 60 images of today",
        anew.renewed().inWords());
  }

  /** What was measured on average of such calibrations is nowhere stated as a proved bound. */
  @Test
  void theRateOfACrossFittedThresholdIsExpected() throws IOException {
    Calibration calibration =
        model("gear").config().calibration().crossFitted(new CrossFitting(10));
    CertifiedModel model = model("gear", calibration);
    Recalibration kept = Recalibration.of(digest("gear"), calibration, true);
    Certificate certificate = after(model, entry("calibrate", "gear 2", kept), decisions(60, 0));
    assertTrue(certificate.guarantee().expected());
    assertTrue(certificate.json().contains("\"expected\" : true"), certificate.json());
    assertFalse(Certificate.of(model("gear"), null).json().contains("\"expected\""));
    String html = new CertificatePage(certificate).html();
    for (String text : List.of(all(certificate), ParsedPage.of(html).shown())) {
      assertFalse(text.contains("at most 5 %"), text);
      assertFalse(text.contains("alarms of good parts, at most"), text);
      assertFalse(text.contains("guaranteed rate"), text);
      assertTrue(text.contains("about 5 % of good images are expected"), text);
      assertTrue(text.contains("measured for such calibrations, not proved"), text);
    }
    assertTrue(html.contains("≈ 5.0 %"), html);
    assertTrue(new CertificatePage(Certificate.of(model("gear"), null)).html().contains("≤ 5.0 %"));
  }

  @Test
  void imagesThatTookTurnsAreNotSaidToHaveSetNothing() {
    Calibration calibration =
        model("gear").config().calibration().crossFitted(new CrossFitting(10));
    String facts = all(Certificate.of(model("gear", calibration), null));
    assertFalse(facts.contains("1 set the threshold"), facts);
    assertTrue(facts.contains("took turns to set the threshold"), facts);
  }

  @Test
  void aZoneWithASmallestRegionIsNotDenied() {
    String none = "regions of any size count";
    assertTrue(all(Certificate.of(model("gear"), null)).contains(none));
    CertifiedModel plain = model("gear");
    Zone zone = new Zone("seal", 1, 5, null);
    SegmentationOptions zoned =
        plain.config().segmentation().withZones(new Zones(8, 8, new int[64], List.of(zone)));
    CertifiedModel model =
        CertifiedLine.certified(
            "gear", plain.config().withSegmentation(zoned, plain.config().calibration()));
    String facts = all(Certificate.of(model, null));
    assertTrue(facts.contains("smallest region 5 positions"), facts);
    assertFalse(facts.contains(none), facts);
  }

  /**
   * 300 images, of which 20 are of the half of the parts that come in another light: they are worth
   * 1 / (20 (0.5 / 20)² + 280 (0.5 / 280)²) = 74.67 images.
   */
  @Test
  void aMixAllowsAsManyFalseAlarmsAsItsEffectiveImagesDo() {
    List<CalibrationImage> images = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      images.add(new CalibrationImage(-i / 10.0, null, null, i % 15 == 0 ? "dark" : "light"));
    }
    GroupMix mix = new GroupMix(Map.of("dark", 0.5, "light", 0.5));
    Calibration calibration = Calibration.of(images, new FalseAlarmRate(0.1, null), mix);
    int most = new GuaranteeCheck(calibration).mostFalseAlarms(200);
    assertEquals(CountBand.of(calibration.guaranteed(), 200, 74).high(), most);
    assertTrue(most > CountBand.of(calibration.guaranteed(), 200, 300).high(), "most " + most);
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
