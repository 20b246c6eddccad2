package dev.flowline.compare;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The results that papers print for the models on public datasets. They are chosen by the test set,
 * and come from other extractors, sizes and trainings than ours unless the paper says otherwise. A
 * mean over U-Flow's ResNets has no single extractor.
 *
 * <p>An oracle threshold of U-Flow is one of log10Nfa, {@code meanIou.oracle}; other models' is one
 * of the anomaly map, {@code anomalyMapOracle.meanIou}. Left out are ablations, and what the text
 * at hand does not say for certain; {@code published-results.json} names what that is.
 */
public final class PublishedResults {
  /** The category of means. */
  public static final String MEAN = "mean";

  private static final String RESOURCE = "published-results.json";
  private static final List<PublishedResult> ALL = read();

  private PublishedResults() {}

  /** Some columns of a paper's table; a null is a figure that is left out. */
  private record Table(
      String source,
      String remark,
      String dataset,
      Unit unit,
      List<Column> columns,
      Map<String, List<BigDecimal>> rows) {

    Stream<PublishedResult> results() {
      return rows.entrySet().stream().flatMap(row -> results(row.getKey(), row.getValue()));
    }

    private Stream<PublishedResult> results(String category, List<BigDecimal> row) {
      if (row.size() != columns.size()) {
        throw new IllegalStateException(
            "%s: %s, row %s has %s figures for %s columns"
                .formatted(RESOURCE, source, category, row.size(), columns.size()));
      }
      return IntStream.range(0, row.size())
          .mapToObj(k -> result(category, columns.get(k), row.get(k)))
          .filter(Objects::nonNull);
    }

    private PublishedResult result(String category, Column column, BigDecimal figure) {
      return figure == null
          ? null
          : new PublishedResult(
              dataset,
              category,
              column.model,
              column.metric,
              unit.share.apply(figure).doubleValue(),
              column.extractor,
              source);
    }
  }

  private record Column(String model, String metric, String extractor) {}

  /** The unit of a table; decimal, so that 98.74 % is 0.9874 exactly. */
  private enum Unit {
    PERCENT(figure -> figure.movePointLeft(2)),
    SHARE(figure -> figure);

    private final Function<BigDecimal, BigDecimal> share;

    Unit(Function<BigDecimal, BigDecimal> share) {
      this.share = share;
    }
  }

  /** Returns what is published of a model on a category or {@link #MEAN}; empty if nothing is. */
  public static List<PublishedResult> of(String dataset, String category, String model) {
    return all().stream()
        .filter(result -> result.dataset().equals(dataset))
        .filter(result -> result.category().equals(category))
        .filter(result -> result.model().equals(model))
        .toList();
  }

  /** Returns everything, in the order of the tables. */
  public static List<PublishedResult> all() {
    return ALL;
  }

  private static List<PublishedResult> read() {
    try (InputStream stream = PublishedResults.class.getResourceAsStream(RESOURCE)) {
      if (stream == null) {
        throw new IllegalStateException("resource " + RESOURCE + " is missing from the jar");
      }
      return new ObjectMapper()
          .readValue(stream, new TypeReference<List<Table>>() {}).stream()
              .flatMap(Table::results)
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
