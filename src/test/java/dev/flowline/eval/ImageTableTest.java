package dev.flowline.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.calibration.InputStatistic;
import dev.flowline.calibration.OutOfRange;
import dev.flowline.line.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageTableTest {
  private static ImageTable.Row row(String image, String type, double iou) {
    return row(image, type, iou, null);
  }

  private static ImageTable.Row row(String image, String type, double iou, Double pValue) {
    return new ImageTable.Row(
        image,
        type,
        Verdict.DEFECT,
        ImageOutcome.Detection.FOUND,
        -12345.5,
        Double.NaN,
        -2.25,
        pValue,
        0.5,
        3,
        iou,
        null,
        null,
        List.of(
            new OutOfRange(InputStatistic.BRIGHTNESS, 0, 0.1, 0.9),
            new OutOfRange(InputStatistic.ENTROPY, 0, 1, 6)));
  }

  @Test
  void aRowHasOneFieldPerColumnAndUnknownsAreEmpty() {
    assertEquals(
        "image,type,verdict,outcome,log10Nfa,log10NfaOnDefect,log10Epsilon,pValue,anomalyScore,regions,iou,file,fileUri,outOfRange\r\n"
            + "bent/000.png,bent,DEFECT,FOUND,-12345.5,,-2.25,,0.5,3,,,,brightness entropy\r\n"
            + "bent/001.png,bent,DEFECT,FOUND,-12345.5,,-2.25,0.125,0.5,3,,,,brightness entropy\r\n",
        new ImageTable(
                List.of(
                    row("bent/000.png", "bent", Double.NaN),
                    row("bent/001.png", "bent", Double.NaN, 0.125)))
            .csv());
  }

  /** RFC 4180; a spreadsheet would run what begins as a formula. */
  @Test
  void oddNamesAreQuotedAndAreNoFormulas() throws Exception {
    List<String> names =
        List.of(
            "a,b", "say \"x\"", "two\nlines", "cr\rlf", "=1+1", "+1", "-1", "@a", "\tx", "=a,\"b");
    List<String> fields =
        List.of(
            "\"a,b\"",
            "\"say \"\"x\"\"\"",
            "\"two\nlines\"",
            "\"cr\rlf\"",
            "'=1+1",
            "'+1",
            "'-1",
            "'@a",
            "'\tx",
            "\"'=a,\"\"b\"");
    for (int i = 0; i < names.size(); i++) {
      ImageTable table = new ImageTable(List.of(row(names.get(i), "bent", 1)));
      String line = table.csv().split("\r\n", 2)[1];
      assertEquals(fields.get(i) + ",bent,DEFECT", line.split(",FOUND", 2)[0]);
      JsonNode json = new ObjectMapper().readTree(table.json());
      assertEquals(names.get(i), json.at("/images/0/image").asText());
    }
  }

  @Test
  void everyLocaleHasTheSameBytes() {
    ImageTable table = new ImageTable(List.of(row("ı/İ.png", "bent", 0.125)));
    Locale before = Locale.getDefault();
    String csv = table.csv();
    String json = table.json();
    try {
      for (Locale locale : Locale.getAvailableLocales()) {
        Locale.setDefault(locale);
        assertEquals(csv, table.csv(), locale.toString());
        assertEquals(json, table.json(), locale.toString());
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  /** The rows count what the report counts. */
  @Test
  void theTableAgreesWithTheResult(@TempDir Path folder) throws Exception {
    EvaluationResult result = SyntheticTestSet.of(5, 12, 3, 48, folder).evaluation(3).finish();
    ImageTable table = ImageTable.of(result);
    assertEquals(result.goodImages() + result.defectImages(), table.images().size());
    assertEquals(
        result.defectImagesFound(),
        table.images().stream()
            .filter(row -> row.outcome() == ImageOutcome.Detection.FOUND)
            .count());
    for (ImageTable.Row row : table.images()) {
      boolean below = row.log10Nfa() < row.log10Epsilon();
      assertEquals(below ? Verdict.DEFECT : Verdict.GOOD, row.verdict(), row.image());
    }
    table.write(folder);
    assertEquals(table.csv(), Files.readString(folder.resolve("images.csv")));
    JsonNode json = new ObjectMapper().readTree(Files.readString(folder.resolve("images.json")));
    assertEquals(table.images().size(), json.path("images").size());
  }
}
