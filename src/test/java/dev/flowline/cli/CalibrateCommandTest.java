package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.TinyLine;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrateCommandTest {
  private static final int IMAGES = 44;

  @TempDir Path folder;
  private Path good;
  private Path model;

  /** A model, and good images that it was not trained on, of another light. */
  @BeforeEach
  void aLineThatHasChanged() throws IOException {
    model = Files.copy(SmallLine.model(), folder.resolve("steel.flowline"));
    good = Files.createDirectories(folder.resolve("good"));
    for (int i = 0; i < IMAGES; i++) {
      Image image = TinyLine.good(900 + i, 64, 64);
      Images.writePng(good.resolve("%03d.png".formatted(i)), image);
    }
  }

  private Invocation calibrate(String... more) throws IOException {
    String[] arguments = new String[4 + more.length];
    arguments[0] = "calibrate";
    arguments[1] = model.toString();
    arguments[2] = "--good=" + good;
    arguments[3] = "--threads=1";
    System.arraycopy(more, 0, arguments, 4, more.length);
    return Invocation.of(arguments);
  }

  @Test
  void lawAndThresholdAreMeasuredAnewAndTheOldOnesKept() throws IOException {
    byte[] before = Files.readAllBytes(model);
    JsonNode was = info().path("config");
    Invocation first = calibrate("--false-alarm-rate=0.1", "--json");
    assertEquals(0, first.exitCode(), first.err());
    JsonNode told = Json.object(first.out());
    assertEquals(IMAGES / 2, told.path("imagesForLaw").asInt());
    assertEquals(IMAGES / 2, told.path("imagesForThreshold").asInt());
    assertEquals(0.0869, told.path("falseAlarmRate").asDouble(), 1e-4); // 2 of 23
    assertNotEquals(before.length, Files.size(model));

    JsonNode now = info().path("config");
    assertEquals(IMAGES / 2, now.at("/segmentation/law/maxima").size());
    assertEquals(
        told.path("log10Epsilon").asDouble(), now.at("/segmentation/log10Epsilon").asDouble());
    assertEquals(1, now.path("history").size());
    assertEquals(was.path("segmentation"), now.at("/history/0/segmentation"));
    assertEquals(was.path("calibration"), now.at("/history/0/calibration"));
    Instant.parse(now.at("/history/0/until").asText());

    Invocation second = calibrate("--null=chi_square", "--seed=3");
    assertEquals(0, second.exitCode(), second.err());
    JsonNode again = info().path("config");
    assertTrue(again.at("/segmentation/law").isMissingNode());
    assertEquals(2, again.path("history").size());
    assertEquals(now.path("segmentation"), again.at("/history/1/segmentation"));
  }

  /** What is measured is what the line then has: these images alarm as often as promised. */
  @Test
  void theImagesThatSetTheThresholdDoNotBreakIt() throws IOException {
    assertEquals(0, calibrate("--false-alarm-rate=0.1").exitCode());
    Invocation inspect =
        Invocation.of("inspect", model.toString(), good.toString(), "--json", "--threads=1");
    assertEquals(0, inspect.exitCode(), inspect.err());
    int alarms = 0;
    for (JsonNode line : Json.object(inspect.out()).path("inspections")) {
      alarms += line.path("verdict").asText().equals("DEFECT") ? 1 : 0;
    }
    assertTrue(alarms <= 0.25 * IMAGES, alarms + " of " + IMAGES);
  }

  @Test
  void tooFewImagesSayWhatIsMissing() throws IOException {
    Path other = folder.resolve("other.flowline");
    Invocation few = calibrate("--false-alarm-rate=0.01", "-o=" + other);
    assertEquals(0, few.exitCode(), few.err());
    assertTrue(few.out().contains("at most 4.35 %"), few.out()); // 1 of 23
    assertTrue(few.out().contains("for the 1 % asked for it takes 77 more"), few.out());
    assertTrue(Files.exists(other));
    assertFalse(info().path("config").has("history"), "the model itself is as it was");
  }

  @Test
  void whatCannotBeDoneIsSaidAndLeavesTheModel() throws IOException {
    byte[] before = Files.readAllBytes(model);
    assertFails(Flowline.USAGE, "false-alarm rate must be", calibrate("--false-alarm-rate=1.5"));
    assertFails(Flowline.USAGE, "calibrate sets it", calibrate("--log10-epsilon=-3"));
    Files.writeString(good.resolve("broken.png"), "no picture");
    assertFails(Flowline.FAILURE, "broken.png", calibrate());
    good = folder.resolve("none");
    assertFails(Flowline.FAILURE, "none", calibrate());
    assertEquals(before.length, Files.size(model));
    assertTrue(java.util.Arrays.equals(before, Files.readAllBytes(model)));
  }

  private static void assertFails(int exitCode, String words, Invocation failed) {
    assertEquals(exitCode, failed.exitCode(), failed.err());
    assertTrue(failed.err().contains(words), failed.err());
  }

  private JsonNode info() throws IOException {
    return Json.object(Invocation.of("info", model.toString(), "--json").out());
  }
}
