package dev.flowline.segmentation.truth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The tables, below what somebody has written about them. */
final class SimulationReport {
  private static final String MARK =
      "<!-- From here on written by dev.flowline.segmentation.truth.Simulation. -->\n";

  private final StringBuilder out = new StringBuilder();

  private SimulationReport() {}

  static void write(
      Path file, List<Simulation.Measured> measured, Simulation.Effort effort, double minutes)
      throws IOException {
    String before = Files.exists(file) ? Files.readString(file) : "# Simulation\n\n";
    int mark = before.indexOf(MARK);
    String kept = mark < 0 ? before : before.substring(0, mark);
    SimulationReport report = new SimulationReport();
    report.out.append(MARK);
    report.add(
        "%nSeed %d, %s, %.0f minutes with one thread. %,d draws of %d images each: %,d images a noise",
        Simulation.SEED,
        LocalDate.now(),
        minutes,
        effort.draws(),
        effort.images(),
        effort.draws() * effort.images());
    report.add("and shape; power: %,d images a defect, noise and shape.", effort.defectsSeen());
    report.add(
        "Behind ± the 95 %% interval, from what draws differ by; **bold**: the promise is broken, by");
    report.add("more than twice that.%n");
    for (Simulation.Measured of : measured) {
      report.falseAlarms(of);
    }
    for (Simulation.Measured of : measured) {
      report.bySize(of);
    }
    for (Simulation.Measured of : measured) {
      of.power().forEach((noise, powers) -> report.power(of.shape(), noise, powers));
    }
    Files.writeString(file, kept + report.out);
  }

  private void falseAlarms(Simulation.Measured of) {
    add("%n## False alarms: %s%n", of.shape().name());
    add("As each rule counts them: alarms an image, or for conformal ones the share of images.%n");
    byNoise(of.falseAlarms(), true);
    add("%nThe share of images that alarm, in percent.%n");
    byNoise(of.falseAlarms(), false);
  }

  private void byNoise(Map<NoiseField, List<FalseAlarms>> measured, boolean promised) {
    List<String> head = promised ? List.of("rule", "promised") : List.of("rule");
    head(head, measured.keySet(), noise -> noise.label);
    List<Rule> rules = Rule.all();
    for (int i = 0; i < rules.size(); i++) {
      int at = i;
      String name = rules.get(i).name();
      String promise = Text.rate(rules.get(i).threshold().promise());
      row(
          promised ? List.of(name, promise) : List.of(name),
          measured.values(),
          of -> promised ? cell(of.get(at)) : Text.percent(of.get(at).images().mean()));
    }
  }

  private void bySize(Simulation.Measured of) {
    add("%n## By the number of good images: %s%n", of.shape().name());
    add(
        "On noise with %s; n images for the law, n others for the threshold.%n",
        NoiseField.SPACE.label);
    List<List<FalseAlarms>> measured = List.copyOf(of.bySize().values());
    head(List.of("rule"), of.bySize().keySet(), n -> "n = " + n);
    for (int i = 0; i < measured.get(0).size(); i++) {
      int at = i;
      row(
          List.of(measured.get(0).get(at).rule().name()),
          measured,
          rules -> bounded(rules.get(at)));
    }
  }

  private static String bounded(FalseAlarms of) {
    return cell(of) + " of " + Text.rate(of.rule().threshold().promise());
  }

  private static String cell(FalseAlarms of) {
    Estimate estimate = of.promised();
    String interval =
        estimate.mean() == 0
            ? "0 (< %s)".formatted(Text.rate(estimate.high()))
            : Text.plusMinus(estimate.mean(), (estimate.high() - estimate.low()) / 2);
    return of.broken() ? "**" + interval + "**" : interval;
  }

  private void power(Shape shape, NoiseField noise, List<Power> powers) {
    add("%n## Defects found: %s, %s%n", shape.name(), noise.label);
    add("Percent of images that alarm.%n");
    head(List.of("energy ×", "side"), powers, power -> power.rule().name());
    row(List.of("no defect", ""), powers, SimulationReport::good);
    List<PlantedDefect> defects = Simulation.defects();
    for (int i = 0; i < defects.size(); i++) {
      int at = i;
      PlantedDefect defect = defects.get(i);
      row(
          List.of(Text.number(defect.strength()), Integer.toString(defect.side())),
          powers,
          power -> Text.percent(power.found().get(at).mean()));
    }
  }

  private static String good(Power power) {
    String percent = Text.percent(power.good().mean());
    return power.broken() ? "**" + percent + "**" : percent;
  }

  private <T> void head(List<String> first, Collection<T> columns, Function<T, String> cell) {
    row(first, columns, cell);
    out.append("|---|").append("---:|".repeat(first.size() - 1 + columns.size())).append('\n');
  }

  private <T> void row(List<String> first, Collection<T> columns, Function<T, String> cell) {
    List<String> cells = new ArrayList<>(first);
    columns.forEach(column -> cells.add(cell.apply(column)));
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private void add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
