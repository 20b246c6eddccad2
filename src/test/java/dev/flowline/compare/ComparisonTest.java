package dev.flowline.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.eval.RuleOutcome;
import dev.flowline.eval.ThresholdRule;
import dev.flowline.page.HostileText;
import dev.flowline.page.ParsedPage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class ComparisonTest {
  private static final ComparedModel OURS = model("ours", "u-flow");
  private static final ComparedModel THEIRS = model("a <b> & \"c\"", "ms-flow");
  private static final ComparedModel FAILING = model("failing", "fastflow");

  @Test
  void meanAndDeviationAreThoseOfASlowCount() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      double[] values = new double[random.nextInt(12)];
      Arrays.setAll(values, i -> random.nextInt(5) == 0 ? Double.NaN : 1e3 + random.nextGaussian());
      double[] known = Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
      Spread spread = Spread.of(values);
      String which = "seed " + seed + " " + Arrays.toString(values);
      assertEquals(known.length, spread.count(), which);
      assertEquals(known.length == 0 ? Double.NaN : slowMean(known), spread.mean(), 1e-10, which);
      assertEquals(
          known.length < 2 ? Double.NaN : slowDeviation(known), spread.deviation(), 1e-10, which);
    }
  }

  private static double slowMean(double[] values) {
    BigDecimal sum = BigDecimal.ZERO;
    for (double value : values) {
      sum = sum.add(new BigDecimal(value));
    }
    return sum.divide(BigDecimal.valueOf(values.length), MathContext.DECIMAL128).doubleValue();
  }

  /** Half the mean square of the differences of all ordered pairs: it takes no mean. */
  private static double slowDeviation(double[] values) {
    BigDecimal sum = BigDecimal.ZERO;
    for (double a : values) {
      for (double b : values) {
        sum = sum.add(new BigDecimal(a).subtract(new BigDecimal(b)).pow(2));
      }
    }
    BigDecimal pairs = BigDecimal.valueOf(2L * values.length * (values.length - 1));
    return sum.divide(pairs, MathContext.DECIMAL128).sqrt(MathContext.DECIMAL128).doubleValue();
  }

  /** An older version counted every alarm: its runs do not mix with those that know better. */
  @Test
  void whatAnOlderRunFoundIsUnknown() {
    Map<String, Double> figures = new HashMap<>();
    figures.put("defectImagesFound", 0.8);
    figures.put("foundByRoc", 0.7);
    figures.put("falseAlarmImages", 0.1);
    ComparedRun older =
        new ComparedRun("a", "ours", 0, null, figures, null, null, null, null, null);
    assertEquals(Double.NaN, older.figure(ScoreColumn.FOUND));
    assertEquals(Double.NaN, older.figure(ScoreColumn.FOUND_BY_ROC));
    assertEquals(0.1, older.figure(ScoreColumn.FALSE_ALARMS));
    figures.put("defectImagesAlarmedElsewhere", 0.0);
    assertEquals(0.8, older.figure(ScoreColumn.FOUND));
  }

  /** A seed that is missing on one category is left out; means of others would be of other data. */
  @Test
  void theMeanTakesSeedsThatAreWhole() {
    Comparison comparison =
        comparison(
            List.of("a", "b"),
            run("a", OURS, 0, 0.5),
            run("b", OURS, 0, 0.7),
            run("a", OURS, 1, 0.1),
            ComparedRun.failed("b", OURS.label(), 1, "too wild"),
            run("a", OURS, 2, 0.9),
            run("b", OURS, 2, 0.9),
            run("a", THEIRS, 0, 0.3));
    Spread mean = comparison.mean(OURS, ScoreColumn.AUPRO);
    assertEquals(0.75, mean.mean(), 1e-12);
    assertEquals(0.3 / Math.sqrt(2), mean.deviation(), 1e-12);
    assertEquals(2, mean.count());
    assertEquals(0.5, comparison.spread("a", OURS, ScoreColumn.AUPRO).mean(), 1e-12);
    assertEquals(3, comparison.spread("a", OURS, ScoreColumn.AUPRO).count());
    assertEquals(0, comparison.mean(THEIRS, ScoreColumn.AUPRO).count());
    assertEquals(1, comparison.failed().size());
  }

  @Test
  void theBestIsTheHighestOrTheLowestAndNoneOfOne() {
    List<Spread> spreads = List.of(Spread.of(0.2), Spread.of(Double.NaN), Spread.of(0.6));
    assertEquals(0.6, Comparison.best(ScoreColumn.AUPRO, spreads));
    assertEquals(0.2, Comparison.best(ScoreColumn.FALSE_ALARMS, spreads));
    assertEquals(0.2, Comparison.best(ScoreColumn.MILLIS_PER_IMAGE, spreads));
    assertEquals(Double.NaN, Comparison.best(ScoreColumn.AUPRO, spreads.subList(0, 2)));
    List<Spread> equal = List.of(Spread.of(0.2), Spread.of(0.2));
    assertEquals(Double.NaN, Comparison.best(ScoreColumn.AUPRO, equal));
  }

  @Test
  void aDatasetIsRecognisedByLayoutAndNames() {
    assertEquals("mvtec", Comparison.recognise("mvtec", List.of("bottle", "zipper")));
    assertEquals("btad", Comparison.recognise("btad", List.of("01", "02", "03")));
    assertNull(Comparison.recognise("mvtec", List.of("bottle", "steel")));
    assertNull(Comparison.recognise("folder", List.of("bottle")));
    assertNull(Comparison.recognise("btad", List.of("mean")));
    assertNull(Comparison.recognise("mvtec", List.of()));
  }

  @Test
  void publishedFiguresStandBesideOurs() {
    Comparison comparison =
        new Comparison(
            Map.of(),
            List.of(OURS),
            List.of("bottle"),
            List.of(0L),
            "mvtec",
            List.of(run("bottle", OURS, 0, 0.5)));
    Comparison.Published published =
        comparison.published("bottle", OURS).stream()
            .filter(of -> "ms-cait".equals(of.extractor()))
            .findFirst()
            .orElseThrow();
    assertEquals(0.9865, published.figures().get(ScoreColumn.PIXEL_AUROC).value());
    assertTrue(comparison.publishedMean(OURS).isEmpty(), "one category is not the mean of fifteen");
    String text = new ComparisonTable(comparison).toString();
    assertTrue(text.contains("published, ms-cait") && text.contains("0.9865"), text);
    ParsedPage page = ParsedPage.of(new ComparisonPage("bottles", comparison).html());
    assertEquals("0.9865", page.row("publishedms-cait").get(heads(page).indexOf("pixel AUROC")));
    assertTrue(
        page.elements("td").stream()
            .anyMatch(cell -> cell.getAttribute("title").contains("table 1")));
    List<String> all =
        PublishedResults.all().stream()
            .filter(result -> result.dataset().equals("btad"))
            .map(PublishedResult::category)
            .filter(category -> !category.equals(PublishedResults.MEAN))
            .distinct()
            .toList();
    Comparison whole = new Comparison(Map.of(), List.of(OURS), all, List.of(0L), "btad", List.of());
    assertFalse(whole.publishedMean(OURS).isEmpty());
  }

  @Test
  void publishedFiguresStandOnceForSeveralEntriesOfAKind() {
    ComparedModel variant = model("variant", "u-flow");
    Comparison comparison =
        new Comparison(
            Map.of(), List.of(OURS, variant), List.of("bottle"), List.of(0L), "mvtec", List.of());
    assertFalse(comparison.published("bottle", OURS).isEmpty());
    assertTrue(comparison.published("bottle", variant).isEmpty());
  }

  /** What cannot be shown beside ours would be lost without a word. */
  @Test
  void everyPublishedMetricIsAFigure() {
    for (PublishedResult result : PublishedResults.all()) {
      assertTrue(ScoreColumn.of(result.metric()).isPresent(), result.toString());
    }
  }

  @Test
  void thePageIsWellFormedAndSaysWhatFailed() {
    Comparison comparison =
        comparison(
            List.of("a", "b & c"),
            run("a", OURS, 0, 0.5),
            run("a", OURS, 1, 0.6),
            run("b & c", OURS, 0, 0.7),
            run("a", THEIRS, 0, 0.9),
            run("b & c", THEIRS, 0, 0.4),
            ComparedRun.failed("a", FAILING.label(), 0, "5 < 6 & so on"));
    String html = new ComparisonPage("a < b", comparison).html();
    ParsedPage page = ParsedPage.of(html);
    page.assertHarmless();
    assertEquals(List.of("a, failing, seed 0", "5 < 6 & so on"), page.row("a, failing, seed 0"));
    List<String> addresses =
        page.elements("a").stream().map(link -> link.getAttribute("href")).toList();
    assertEquals("a/ours/seed-0/report.html", addresses.get(0));
    assertTrue(addresses.contains("b%20%26%20c/ours/seed-0/report.html"), addresses.toString());
    assertTrue(page.text("p", "verdict").contains("12 runs still to come"));
    int aupro = heads(page).indexOf("AUPRO");
    assertEquals("0.5500±0.0707of 2 seeds", page.row("oursreport of seed 0, 1").get(aupro));
    List<Element> best = page.elements("td", "best");
    assertEquals("0.9000of 1 seed", best.get(1).getTextContent());
    assertEquals(
        List.of("0.6500of 1 seed", "0.9000of 1 seed", "0.7000of 1 seed"),
        best.stream().map(Element::getTextContent).toList(),
        "the best mean, and the best of each category");
    assertEquals(html, new ComparisonPage("a < b", comparison).html());
    String text = new ComparisonTable(comparison).toString();
    assertTrue(text.contains("failed: a, failing, seed 0: 5 < 6 & so on"), text);
    assertTrue(text.contains("0.5500±0.0707"), text);
    assertTrue(text.contains("0.9000*"), text);
  }

  /** Returns the headings of a page's first table, below those of the groups. */
  private static List<String> heads(ParsedPage page) {
    return page.rows().get(1);
  }

  private static ComparedRun run(ComparedModel model, Map<ScoreColumn, Double> figures) {
    Map<String, Double> byKey = new HashMap<>();
    for (ScoreColumn column : ScoreColumn.values()) {
      byKey.put(column.key(), figures.get(column));
    }
    return new ComparedRun("a", model.label(), 0, null, byKey, 20, 10, null, null, null);
  }

  private static Map<ScoreColumn, Double> figures(double auroc, double millis, double found) {
    return Map.of(
        ScoreColumn.NFA_IMAGE_AUROC, auroc,
        ScoreColumn.MILLIS_PER_IMAGE, millis / 2,
        ScoreColumn.P99_MILLIS, millis,
        ScoreColumn.FOUND, found,
        ScoreColumn.FALSE_ALARMS, 0.05);
  }

  /** Returns a comparison on one category, with one seed. */
  private static Comparison ofModels(List<ComparedModel> models, ComparedRun... runs) {
    return new Comparison(Map.of(), models, List.of("a"), List.of(0L), null, List.of(runs));
  }

  private static Comparison threeModels() {
    return ofModels(
        List.of(OURS, THEIRS, FAILING),
        run(OURS, figures(0.9, 30, 0.8)),
        run(THEIRS, figures(0.7, 40, 0.6)),
        run(FAILING, figures(0.6, 12, 0.4)));
  }

  /** Without masks there is no figure of pixels: columns of dashes would only take room. */
  @Test
  void columnsWithoutAnyFigureAreLeftOut() {
    ScoreTable table = new ScoreTable(threeModels());
    assertEquals(
        Set.of(
            ScoreColumn.NFA_IMAGE_AUROC,
            ScoreColumn.MILLIS_PER_IMAGE,
            ScoreColumn.P99_MILLIS,
            ScoreColumn.FOUND,
            ScoreColumn.FALSE_ALARMS),
        Set.copyOf(table.columns()));
    assertEquals(5, table.groups().stream().mapToInt(ScoreTable.Heading::columns).sum());
    assertTrue(table.groups().stream().allMatch(group -> group.columns() > 0));
  }

  @Test
  void modelsThatNoneBeatsAreMarkedAndRecommended() {
    ParsedPage page = ParsedPage.of(new ComparisonPage("t", threeModels()).html());
    page.assertHarmless();
    assertEquals(4, page.elements("span", "pareto").size());
    assertEquals("40.0", page.row(THEIRS.title() + "report of seed 0").get(p99(page)));
    assertEquals("30.0", page.row("ours Pareto Pareto, foundreport of seed 0").get(p99(page)));
    assertEquals(4, page.elements("circle", "pareto").size(), "of two charts");
    assertEquals(2, page.elements("circle", "model").size());
    assertEquals(
        "The best model for the time that an image may take: failing from 12.0 ms on (image AUROC"
            + " 0.6000); ours from 30.0 ms on (image AUROC 0.9000).",
        page.text("p", "recommendation"));
  }

  /** A model that ranks images worse may find more at its threshold: both fronts are shown. */
  @Test
  void theFrontOfDefectsFoundIsItsOwn() {
    Comparison comparison =
        ofModels(
            List.of(OURS, THEIRS),
            run(OURS, figures(0.9, 30, 0.5)),
            run(THEIRS, figures(0.8, 40, 0.6)));
    ParsedPage page = ParsedPage.of(new ComparisonPage("t", comparison).html());
    assertEquals("30.0", page.row("ours Pareto Pareto, foundreport of seed 0").get(p99(page)));
    assertEquals(
        "40.0", page.row(THEIRS.title() + " Pareto, foundreport of seed 0").get(p99(page)));
    assertEquals(
        Map.of(
            "nfaImageAuroc", List.of("ours"), "defectImagesFound", List.of("ours", THEIRS.label())),
        comparison.answer().pareto());
    String text = new ComparisonTable(comparison).toString();
    assertTrue(
        text.contains(
            "Pareto, found: no model is both faster (99 % within) and better (found) than ours, "
                + THEIRS.title()),
        text);
  }

  private static int p99(ParsedPage page) {
    return heads(page).indexOf("99 % within, ms");
  }

  @Test
  void sharesOfImagesHaveIntervals() {
    ParsedPage page = ParsedPage.of(new ComparisonPage("t", threeModels()).html());
    List<String> row = page.row("ours Pareto Pareto, foundreport of seed 0");
    // Clopper and Pearson: 8 of 10 are 44.4 to 97.5 %, 1 of 20 is 0.1 to 24.9 %
    assertEquals("80.0 %44–97 %", row.get(heads(page).indexOf("found")));
    assertEquals("5.0 %0–25 %", row.get(heads(page).indexOf("false alarms")));
  }

  @Test
  void groupsStandOverTheirColumns() {
    ParsedPage page = ParsedPage.of(new ComparisonPage("t", threeModels()).html());
    int columns = 0;
    List<String> groups = new ArrayList<>();
    for (Element heading : page.elements("th")) {
      if (heading.getAttribute("scope").equals("colgroup")) {
        columns += Integer.parseInt(heading.getAttribute("colspan"));
        groups.add(heading.getTextContent());
      }
    }
    assertEquals(heads(page).size() - 1, columns);
    assertEquals(
        List.of("at the threshold that good images set", "time"),
        List.of(groups.get(0), groups.get(groups.size() - 1)));
    assertEquals("found", heads(page).get(1));
  }

  /** What is worse than guessing is not to be shown as the best. */
  @Test
  void noneIsTheBestIfNoneIsBetterThanChance() {
    List<Spread> spreads = List.of(Spread.of(0.49), Spread.of(0.31));
    assertEquals(Double.NaN, Comparison.best(ScoreColumn.NFA_IMAGE_AUROC, spreads));
    assertEquals(Double.NaN, Comparison.best(ScoreColumn.PIXEL_AUROC, spreads));
    assertEquals(0.49, Comparison.best(ScoreColumn.AUPRO, spreads));
    Comparison bad =
        ofModels(
            List.of(OURS, THEIRS),
            run(OURS, figures(0.49, 30, 0.1)),
            run(THEIRS, figures(0.31, 20, 0.2)));
    ParsedPage page = ParsedPage.of(new ComparisonPage("t", bad).html());
    assertTrue(page.elements("p", "recommendation").isEmpty());
    assertTrue(page.elements("span", "pareto").isEmpty());
  }

  @Test
  void anyTextIsShownAsItIs() {
    HostileText text = new HostileText();
    ComparedModel model =
        new ComparedModel(
            "label",
            "u-flow",
            text.in("model"),
            text.in("extractor"),
            text.in("input"),
            text.in("settings"),
            text.in("training"),
            text.in("latents"),
            "folder");
    ComparedModel other = model("other", "ms-flow");
    String category = text.fileName("category");
    Map<String, Double> figures = new HashMap<>();
    for (ScoreColumn column : ScoreColumn.values()) {
      figures.put(column.key(), 0.5);
    }
    Comparison comparison =
        new Comparison(
            Map.of(text.in("fact"), text.in("its value")),
            List.of(model, other),
            List.of(category),
            List.of(0L),
            null,
            List.of(
                new ComparedRun(category, "label", 0, null, figures, 20, 10, null, null, null),
                new ComparedRun(category, "other", 0, null, figures, 20, 10, null, null, null),
                ComparedRun.failed(text.in("failed category"), "label", 0, text.in("reason"))));
    String html = new ComparisonPage(text.in("title"), comparison).html();
    text.assertShownBy(html);
    assertEquals(3, ParsedPage.of(html).elements("svg").size(), "model names are in charts, too");
  }

  @Test
  void aRunIsTheSameAfterJson() throws Exception {
    ObjectMapper json = new ObjectMapper();
    for (ComparedRun run :
        List.of(run("a", OURS, 3, 0.25), ComparedRun.failed("a", "b", -1, "why"))) {
      String text = json.writeValueAsString(run);
      assertEquals(run, json.readValue(text, ComparedRun.class), text);
    }
    JsonNode figures = json.valueToTree(run("a", OURS, 3, 0.25)).path("figures");
    assertTrue(figures.path("pixelAuroc").isNull(), "unknown is null: " + figures);
    assertEquals(ScoreColumn.values().length, figures.size());
  }

  private static ComparedRun run(ComparedModel model, long seed, List<RuleOutcome> rules) {
    return new ComparedRun("a", model.label(), seed, null, Map.of(), 60, 40, null, null, rules);
  }

  private static List<RuleOutcome> rules(int falseAlarms, int found) {
    FalseAlarmRate rate = new FalseAlarmRate(0.05, null);
    return List.of(
        RuleOutcome.of(ThresholdRule.FLOWLINE, -7.0, rate, 0.04, 60, falseAlarms, 40, found, 1),
        RuleOutcome.of(ThresholdRule.LARGEST, 0.7, null, null, 60, 0, 40, found, 0));
  }

  /** The rules of a category are sums over the seeds, for each model; an older run has none. */
  @Test
  void theThresholdsOfOthersAreSumsOverTheSeeds() throws Exception {
    ComparedRun first = run(OURS, 0, rules(3, 30));
    Comparison comparison =
        comparison(
            List.of("a", "b"),
            first,
            run(OURS, 1, rules(1, 20)),
            run(OURS, 2, null),
            run("b", OURS, 0, 0.5));
    ComparisonPage page = new ComparisonPage("splits", comparison);
    String name = OURS.title() + ": Flowline";
    List<String> row =
        List.of(name, "4 of 120", "50 of 80", "2", "≤ 4.0 %", "3.3 %", "0.9 % to 8.3 %", "5.0 %");
    assertEquals(row, page.ruleRows("a").get(0));
    assertEquals(2, page.ruleRows("a").size());
    assertEquals(List.of(), page.ruleRows("b"));
    assertEquals(row, ParsedPage.of(page.html()).row(name));
    ObjectMapper json = new ObjectMapper();
    String text = json.writeValueAsString(first);
    assertEquals(first, json.readValue(text, ComparedRun.class), text);
    assertFalse(json.writeValueAsString(run("b", OURS, 0, 0.5)).contains("thresholdRules"));
  }

  private static Comparison comparison(List<String> categories, ComparedRun... runs) {
    return new Comparison(
        Map.of("data", "made up"),
        List.of(OURS, THEIRS, FAILING),
        categories,
        List.of(0L, 1L, 2L),
        null,
        List.of(runs));
  }

  private static ComparedModel model(String label, String kind) {
    return new ComparedModel(
        label, kind, label, "patch-pca", "64 × 64", "", "", "", label.replaceAll("\\W", "_"));
  }

  private static ComparedRun run(String category, ComparedModel model, long seed, double aupro) {
    Map<String, Double> figures = new HashMap<>();
    for (ScoreColumn figure : ScoreColumn.values()) {
      figures.put(figure.key(), figure == ScoreColumn.AUPRO ? (Double) aupro : null);
    }
    return new ComparedRun(category, model.label(), seed, null, figures, 20, 10, null, null, null);
  }
}
