package dev.flowline.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.model.ModelKind;
import dev.flowline.model.PublishedCost;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What the models' trainable parts take, counted on the networks as built, beside the papers'. */
final class ComplexityTable {
  private ComplexityTable() {}

  /**
   * @param model its name
   * @param setting extractor, input and what else sets it
   * @param parameters trainable scalars
   * @param macs multiply-accumulates for one image
   * @param publishedParameters as the paper rounds them
   * @param publishedMacs likewise; null if none were published
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
