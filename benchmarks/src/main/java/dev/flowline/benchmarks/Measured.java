package dev.flowline.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One result of JMH's, times in milliseconds whatever unit it was taken in.
 *
 * @param benchmark class and method, as in {@code FlowBenchmark.forward}
 * @param params but for {@code threads}
 * @param threads of LibTorch; 1 where the benchmark has no such parameter
 * @param median over samples, or over iterations where the mode takes means
 * @param p99 over samples; null where the mode takes none or there are fewer than 100
 * @param count of samples or iterations
 * @param stages medians by stage of an inspection; empty for the others
 */
record Measured(
    String benchmark,
    Map<String, String> params,
    int threads,
    double median,
    Double p99,
    long count,
    Map<String, Double> stages) {
  private static final Map<String, Double> UNITS = Map.of("ms/op", 1.0, "ns/op", 1e-6);
  private static final String STAGE = "stage.";
  private static final int FEWEST_FOR_P99 = 100;

  /**
   * All results of a file that {@code -rf json} has written.
   *
   * @throws IOException naming the file, if it cannot be read or has another unit
   */
  static List<Measured> read(Path file) throws IOException {
    List<Measured> all = new ArrayList<>();
    for (JsonNode result : new ObjectMapper().readTree(file.toFile())) {
      Double millis = UNITS.get(result.at("/primaryMetric/scoreUnit").asText());
      if (millis == null) {
        throw new IOException(
            file + ": times must be in " + UNITS.keySet() + ", got " + result.get("benchmark"));
      }
      all.add(of(result, millis));
    }
    return all;
  }

  private static Measured of(JsonNode result, double millis) {
    Map<String, String> params = new TreeMap<>();
    result
        .path("params")
        .fields()
        .forEachRemaining(p -> params.put(p.getKey(), p.getValue().asText()));
    String threads = params.remove("threads");
    String[] name = result.get("benchmark").asText().split("\\.");
    JsonNode metric = result.get("primaryMetric");
    boolean sampled = metric.has("rawDataHistogram");
    long count =
        sampled ? samples(metric.get("rawDataHistogram")) : iterations(metric.get("rawData"));
    JsonNode percentiles = metric.get("scorePercentiles");
    return new Measured(
        name[name.length - 2] + "." + name[name.length - 1],
        params,
        threads == null ? 1 : Integer.parseInt(threads),
        percentiles.get("50.0").asDouble() * millis,
        sampled && count >= FEWEST_FOR_P99 ? percentiles.get("99.0").asDouble() * millis : null,
        count,
        stages(result.path("secondaryMetrics")));
  }

  private static Map<String, Double> stages(JsonNode secondary) {
    Map<String, Double> stages = new LinkedHashMap<>();
    secondary
        .fields()
        .forEachRemaining(
            metric -> {
              int at = metric.getKey().indexOf(STAGE);
              if (at >= 0) {
                stages.put(
                    metric.getKey().substring(at + STAGE.length()),
                    metric.getValue().get("score").asDouble());
              }
            });
    return stages;
  }

  /** By fork and iteration: pairs of a time and how often it was seen. */
  private static long samples(JsonNode histograms) {
    long count = 0;
    for (JsonNode fork : histograms) {
      for (JsonNode iteration : fork) {
        for (JsonNode pair : iteration) {
          count += pair.get(1).asLong();
        }
      }
    }
    return count;
  }

  private static long iterations(JsonNode byFork) {
    long count = 0;
    for (JsonNode fork : byFork) {
      count += fork.size();
    }
    return count;
  }
}
