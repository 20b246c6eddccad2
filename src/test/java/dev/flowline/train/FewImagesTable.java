package dev.flowline.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.calibration.BinomialInterval;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.metrics.Auroc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The table of {@link FewImagesStudy}: one row for each number of images and way. */
final class FewImagesTable {
  private static final double[] RATES = {0.1, 0.05};

  private FewImagesTable() {}

  static void print(Path results, ObjectMapper json) throws IOException {
    Map<String, List<JsonNode>> rows = new TreeMap<>();
    for (String text : Files.readAllLines(results)) {
      JsonNode line = json.readTree(text);
      String way = line.path("way").asText();
      rows.computeIfAbsent(row(line, way), key -> new ArrayList<>()).add(line);
      if (line.has("goodCount")) {
        rows.computeIfAbsent(row(line, way + ", CV+"), key -> new ArrayList<>()).add(line);
      }
    }
    for (double rate : RATES) {
      System.out.printf(Locale.ROOT, "%nrequested %s%n%n", rate);
      System.out.println(
          "| model, images | way | draws | expected | false alarms | of images | of draws | alarmed | by ROC | AUROC by log10NFA | by map's maximum |");
      System.out.println("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
      rows.forEach((key, lines) -> System.out.println(row(key, lines, rate)));
    }
  }

  private static String row(JsonNode line, String way) {
    return String.format(
        Locale.ROOT, "%s, n = %3d | %s", line.path("name").asText(), line.path("n").asInt(), way);
  }

  private static String row(String key, List<JsonNode> lines, double rate) {
    boolean cvPlus = key.endsWith("CV+");
    double promised = 0;
    int alarms = 0;
    int good = 0;
    double squares = 0; // of the share of each draw
    int alarmed = 0;
    int defective = 0;
    double byRoc = 0;
    double auroc = 0;
    double aurocOfMaximum = 0;
    for (JsonNode line : lines) {
      double[] calibration = values(line, "calibration");
      Arrays.sort(calibration);
      int n = calibration.length;
      int rank = Math.max(1, new FalseAlarmRate(rate, null).rank(n));
      promised += rank / (n + 1.0) / lines.size();
      double[] g = values(line, cvPlus ? "goodMean" : "good");
      double[] d = values(line, cvPlus ? "defectiveMean" : "defective");
      int ofDraw;
      if (cvPlus) { // p = (1 + count)/(n + 1) is at most rank/(n + 1)
        ofDraw = below(values(line, "goodCount"), rank);
        alarmed += below(values(line, "defectiveCount"), rank);
      } else {
        ofDraw = below(g, calibration[rank - 1]);
        alarmed += below(d, calibration[rank - 1]);
      }
      alarms += ofDraw;
      squares += Math.pow((double) ofDraw / g.length, 2);
      good += g.length;
      defective += d.length;
      byRoc += byRoc(g, d, rank / (n + 1.0)) * d.length;
      auroc += auroc(g, d, -1) / lines.size();
      aurocOfMaximum +=
          auroc(values(line, "goodMax"), values(line, "defectiveMax"), 1) / lines.size();
    }
    BinomialInterval interval = BinomialInterval.of(alarms, good);
    return String.format(
        Locale.ROOT,
        "| %s | %d | %.1f %% | %.1f %% (%d of %d) | %.1f to %.1f %% | ± %.1f %% | %.1f %% | %.1f %% | %.3f | %s |",
        key,
        lines.size(),
        100 * promised,
        100.0 * alarms / good,
        alarms,
        good,
        100 * interval.low(),
        100 * interval.high(),
        100 * halfWidth(squares, (double) alarms / good, lines.size()),
        100.0 * alarmed / defective,
        100.0 * byRoc / defective,
        auroc,
        cvPlus ? "" : String.format(Locale.ROOT, "%.3f", aurocOfMaximum));
  }

  /** 1.96 standard errors of a mean over draws, whose images share a threshold. */
  private static double halfWidth(double squares, double mean, int draws) {
    double variance = Math.max(0, squares / draws - mean * mean) * draws / (draws - 1.0);
    return 1.96 * Math.sqrt(variance / draws);
  }

  private static double[] values(JsonNode line, String name) {
    JsonNode array = line.path(name);
    return IntStream.range(0, array.size()).mapToDouble(i -> array.get(i).asDouble()).toArray();
  }

  private static int below(double[] values, double threshold) {
    return (int) Arrays.stream(values).filter(value -> value < threshold).count();
  }

  /** The share of the defective below a threshold that exactly a share of the good is below. */
  private static double byRoc(double[] good, double[] defective, double share) {
    double[] sorted = good.clone();
    Arrays.sort(sorted);
    double at = share * sorted.length;
    int under = Math.min(sorted.length - 1, (int) at);
    double lower = below(defective, sorted[under]);
    double upper = under + 1 < sorted.length ? below(defective, sorted[under + 1]) : lower;
    return (lower + (at - under) * (upper - lower)) / defective.length;
  }

  private static double auroc(double[] good, double[] defective, int sign) {
    double[] scores = new double[good.length + defective.length];
    boolean[] positive = new boolean[scores.length];
    for (int i = 0; i < scores.length; i++) {
      positive[i] = i >= good.length;
      scores[i] = sign * (positive[i] ? defective[i - good.length] : good[i]);
    }
    return Auroc.of(scores, positive).value();
  }
}
