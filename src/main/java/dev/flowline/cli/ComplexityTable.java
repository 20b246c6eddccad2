package dev.flowline.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.model.ModelKind;
import dev.flowline.model.PublishedCost;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The table of the models' parameters and multiply-accumulates beside the published ones. */
final class ComplexityTable {
  private ComplexityTable() {}

  /**
   * A row of {@code info models --table --json}.
   *
   * @param model name of the model
   * @param setting extractor, input and other settings of the network
   * @param parameters trainable scalars, counted on the network as built
   * @param macs multiply-accumulates of the trainable part for one image
   * @param publishedParameters trainable scalars as the paper rounds them
   * @param publishedMacs multiply-accumulates as the paper rounds them; null if it has none
   */
  record Row(
      @JsonProperty String model,
      @JsonProperty String setting,
      @JsonProperty long parameters,
      @JsonProperty long macs,
      @JsonProperty double publishedParameters,
      @JsonProperty Double publishedMacs) {}

  static List<Row> rows() {
    return Arrays.stream(ModelKind.values())
        .flatMap(kind -> kind.facts().costs().stream().map(cost -> row(kind, cost)))
        .toList();
  }

  private static Row row(ModelKind kind, PublishedCost published) {
    PublishedCost.Computed computed = published.compute();
    return new Row(
        kind.id(),
        published.setting(),
        computed.parameters(),
        computed.macs(),
        published.parameters(),
        published.macs());
  }

  static void print(PrintWriter out) {
    String line = "%-24s %-43s %12s %9s %8s %10s %9s %8s%n";
    out.printf(
        Locale.ROOT,
        line,
        "model",
        "setting",
        "parameters",
        "published",
        "differs",
        "MACs",
        "published",
        "differs");
    for (Row row : rows()) {
      out.printf(
          Locale.ROOT,
          line,
          ModelKind.of(row.model).title(),
          row.setting,
          format("%.3f M", row.parameters / 1e6),
          format("%.4g M", row.publishedParameters / 1e6),
          difference(row.parameters, row.publishedParameters),
          format("%.2f G", row.macs / 1e9),
          row.publishedMacs == null ? "-" : format("%.1f G", row.publishedMacs / 1e9),
          row.publishedMacs == null ? "-" : difference(row.macs, row.publishedMacs));
    }
  }

  private static String difference(double computed, double published) {
    return format("%+.2f %%", 100 * (computed / published - 1));
  }

  private static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
