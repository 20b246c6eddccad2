package dev.flowline.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.eval.EvaluationResult;
import dev.flowline.eval.MeanIouByThreshold;
import dev.flowline.model.ModelKind;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The transcription of the papers' tables. */
class PublishedResultsTest {
  private static final Map<String, Set<String>> CATEGORIES =
      Map.of(
          "mvtec",
          Set.of(
              "bottle",
              "cable",
              "capsule",
              "carpet",
              "grid",
              "hazelnut",
              "leather",
              "metal_nut",
              "pill",
              "screw",
              "tile",
              "toothbrush",
              "transistor",
              "wood",
              "zipper"),
          "btad",
          Set.of("01", "02", "03"));

  /** Printed means that are not those of the printed categories, and by how much. */
  private static final Map<Column, Double> MISPRINTS =
      Map.of(
          new Column("Tailanian et al. 2024, table 2", "mvtec", "fastflow", "aupro"), 0.0013,
          new Column("Mao et al. 2024, table 2", "mvtec", "differnet", "imageAuroc"), 0.0021);

  private record Column(String source, String dataset, String model, String metric) {
    static Column of(PublishedResult r) {
      return new Column(r.source(), r.dataset(), r.model(), r.metric());
    }
  }

  @Test
  void everyFigureIsAShare() {
    assertTrue(PublishedResults.all().size() > 400, "" + PublishedResults.all().size());
    for (PublishedResult result : PublishedResults.all()) {
      assertTrue(result.value() > 0 && result.value() <= 1, result::toString);
    }
  }

  @Test
  void modelsAndCategoriesAreOurs() {
    Set<String> models =
        Arrays.stream(ModelKind.values()).map(ModelKind::id).collect(Collectors.toSet());
    for (PublishedResult result : PublishedResults.all()) {
      assertTrue(models.contains(result.model()), result::toString);
      assertTrue(
          result.category().equals("mean")
              || CATEGORIES.get(result.dataset()).contains(result.category()),
          result::toString);
    }
    assertFalse(PublishedResults.all().isEmpty());
  }

  @Test
  void metricsHaveTheNamesOfOurResults() throws IOException {
    double nan = Double.NaN;
    EvaluationResult ours =
        new EvaluationResult(
            nan,
            nan,
            nan,
            nan,
            new MeanIouByThreshold(nan, nan, 0.5),
            nan,
            nan,
            0.5,
            new EvaluationResult.BestThreshold(nan, nan),
            nan,
            null,
            List.of(),
            List.of(),
            0,
            0,
            nan,
            0,
            0,
            0,
            null,
            0,
            null,
            null,
            List.of(),
            Map.of(),
            Map.of(),
            null);
    JsonNode json = new ObjectMapper().readTree(ours.json());
    for (PublishedResult result : PublishedResults.all()) {
      String pointer = "/" + result.metric().replace('.', '/');
      assertFalse(json.at(pointer).isMissingNode(), result::toString);
    }
  }

  @Test
  void nothingIsThereTwice() {
    Set<List<String>> seen = new HashSet<>();
    for (PublishedResult r : PublishedResults.all()) {
      String extractor = r.extractor() + (r.source().contains("table 6") ? ", table 6" : "");
      assertTrue(
          seen.add(List.of(r.dataset(), r.category(), r.model(), r.metric(), extractor)),
          r::toString);
    }
  }

  /** A figure in a wrong place or with a wrong digit shows here. */
  @Test
  void printedMeansAreThoseOfTheCategories() {
    Map<Column, List<PublishedResult>> columns =
        PublishedResults.all().stream().collect(Collectors.groupingBy(Column::of));
    int checked = 0;
    for (Map.Entry<Column, List<PublishedResult>> entry : columns.entrySet()) {
      List<PublishedResult> categories =
          entry.getValue().stream().filter(r -> !r.category().equals("mean")).toList();
      List<PublishedResult> means =
          entry.getValue().stream().filter(r -> r.category().equals("mean")).toList();
      if (categories.isEmpty() || means.isEmpty()) {
        continue; // CFlow's image AUROC, of two papers, and abstracts
      }
      Column column = entry.getKey();
      assertEquals(1, means.size(), column::toString);
      assertEquals(
          CATEGORIES.get(column.dataset()),
          categories.stream().map(PublishedResult::category).collect(Collectors.toSet()),
          column::toString);
      double mean = categories.stream().mapToDouble(PublishedResult::value).average().orElseThrow();
      double off = Math.abs(mean - means.get(0).value());
      if (MISPRINTS.containsKey(column)) {
        assertEquals(MISPRINTS.get(column), off, 1e-4, column::toString);
      } else {
        assertTrue(off <= halfOfTheLastDigit(entry.getValue()), column + " is off by " + off);
      }
      checked++;
    }
    assertEquals(42, checked);
  }

  /** Rounding of the mean; that of the categories averages out to next to nothing. */
  private static double halfOfTheLastDigit(List<PublishedResult> column) {
    int digits =
        column.stream().mapToInt(r -> BigDecimal.valueOf(r.value()).scale()).max().orElseThrow();
    return 0.51 * Math.pow(10, -digits);
  }

  /** CFlow's mean and its categories come from two papers. */
  @Test
  void theTwoPapersAgreeOnCFlow() {
    double sum = 0;
    for (String category : CATEGORIES.get("mvtec")) {
      sum += only("mvtec", category, "cflow", "imageAuroc").value();
    }
    assertEquals(only("mvtec", "mean", "cflow", "imageAuroc").value(), sum / 15, 5e-4);
  }

  @Test
  void figuresAreWhereTheyAreAskedFor() {
    assertEquals(
        List.of(0.9849, 0.9826, 0.9773), // MS-CaiT, ResNet-18, MViT2
        PublishedResults.of("mvtec", "grid", "u-flow").stream()
            .filter(result -> result.metric().equals("pixelAuroc"))
            .map(PublishedResult::value)
            .toList());
    assertEquals(0.5408, only("mvtec", "mean", "u-flow", "meanIou.automatic").value());
    assertEquals(0.5453, only("mvtec", "mean", "u-flow", "meanIou.oracle").value());
    assertEquals(0.9519, only("mvtec", "mean", "u-flow", "aupro").value());
    assertEquals(0.9887, only("mvtec", "mean", "u-flow", "imageAuroc").value());
    assertEquals(0.9813, only("btad", "mean", "u-flow", "pixelAuroc").value());
    assertEquals(0.8179, only("btad", "mean", "u-flow", "aupro").value());
    assertEquals(0.997, only("mvtec", "mean", "ms-flow", "imageAuroc").value());
    assertEquals(0.96, only("btad", "mean", "ms-flow", "imageAuroc").value());
    assertEquals(0.996, only("mvtec", "mean", "cl-flow", "imageAuroc").value());
    assertEquals(0.968, only("btad", "mean", "cl-flow", "imageAuroc").value());
    assertEquals(List.of(), PublishedResults.of("mvtec", "gear", "u-flow"));
    assertEquals(List.of(), PublishedResults.of("parts", "mean", "u-flow"));
  }

  private static PublishedResult only(
      String dataset, String category, String model, String metric) {
    List<PublishedResult> found =
        PublishedResults.of(dataset, category, model).stream()
            .filter(result -> result.metric().equals(metric))
            .toList();
    assertEquals(1, found.size(), dataset + " " + category + " " + model + " " + metric);
    return found.get(0);
  }
}
