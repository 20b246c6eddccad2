package dev.flowline.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The large tables against the text of the papers, which lies beside the project. */
class PublishedTextTest {
  /** A category's lines in the text stand in this order. */
  private static final List<String> TABLES = List.of("table 1", "table 2", "table 3", "table 7");

  private static final Map<String, Integer> COLUMN_FROM_THE_RIGHT =
      Map.of("u-flow", 0, "cs-flow", 1, "cflow", 2, "fastflow", 3);

  private static List<String> text(String paper) throws IOException {
    Path file = Path.of(System.getProperty("shared.dir", "../shared")).resolve("papers/" + paper);
    boolean inCi = "true".equals(System.getenv("CI"));
    assumeTrue(inCi || Files.exists(file), "skipped: there is no " + file);
    return Files.readAllLines(file);
  }

  @Test
  void tailanianByCategory() throws IOException {
    List<List<String>> lines =
        text("u-flow.txt").stream()
            .filter(line -> line.startsWith("| "))
            .map(line -> Arrays.stream(line.split("\\|")).map(String::strip).toList())
            .map(cells -> cells.stream().filter(cell -> !cell.isEmpty()).toList())
            .filter(cells -> cells.size() > 7)
            .toList();
    int checked = 0;
    for (PublishedResult result : PublishedResults.all()) {
      int table = TABLES.indexOf(result.source().replace("Tailanian et al. 2024, ", ""));
      if (table < 0) {
        continue;
      }
      List<List<String>> rows =
          lines.stream().filter(cells -> category(cells.get(0)).equals(result.category())).toList();
      assertEquals(TABLES.size(), rows.size(), result.category());
      List<String> row = rows.get(table);
      boolean left = table == 2 && !result.metric().matches("meanIou.(fair|automatic)");
      int column = row.size() - 1 - COLUMN_FROM_THE_RIGHT.get(result.model()) - (left ? 4 : 0);
      double printed = Double.parseDouble(row.get(column));
      assertEquals(table == 2 ? printed : printed / 100, result.value(), 1e-9, result::toString);
      checked++;
    }
    assertEquals(16 * (4 + 4 + 8 + 4) - 15, checked);
  }

  /** "Hazle Nut" → "hazelnut". */
  private static String category(String printed) {
    String name = printed.toLowerCase(Locale.ROOT).replace(" ", "");
    return switch (name) {
      case "av.total", "total" -> "mean";
      case "hazlenut" -> "hazelnut";
      case "metalnut" -> "metal_nut";
      default -> name;
    };
  }

  @Test
  void maoByCategory() throws IOException {
    List<String> models =
        List.of("differnet", "cflow", "cs-flow", "patchcore", "fastflow", "ms-flow");
    String text = String.join(" ", text("ms-flow.txt"));
    int checked = 0;
    for (PublishedResult result : PublishedResults.all()) {
      if (!result.source().equals("Mao et al. 2024, table 2")) {
        continue;
      }
      String name = result.category().equals("mean") ? "平均值" : result.category().replace('_', ' ');
      Matcher row = Pattern.compile("(?i)" + name + "((?: \\d+\\.\\d){6})(?!\\d)").matcher(text);
      assertTrue(row.find(), result::toString);
      String[] printed = row.group(1).strip().split(" ");
      assertEquals(
          Double.parseDouble(printed[models.indexOf(result.model())]) / 100,
          result.value(),
          1e-9,
          result::toString);
      checked++;
    }
    assertEquals(3 * 16 - 1, checked);
  }

  /** What Tailanian et al. have of FastFlow and CS-Flow is what Mao et al. have, but for digits. */
  @Test
  void theTwoPapersAgree() throws IOException {
    String text = String.join(" ", text("ms-flow.txt"));
    Pattern means = Pattern.compile("平均值 94.9 98.3 (\\S+) 99.1 (\\S+) 99.7");
    Matcher row = means.matcher(text);
    assertTrue(row.find());
    for (Map.Entry<String, Integer> model : Map.of("cs-flow", 1, "fastflow", 2).entrySet()) {
      double theirs = Double.parseDouble(row.group(model.getValue())) / 100;
      PublishedResults.of("mvtec", "mean", model.getKey()).stream()
          .filter(result -> result.metric().equals("imageAuroc"))
          .forEach(result -> assertEquals(theirs, result.value(), 5.1e-4, result::toString));
    }
  }
}
