package dev.flowline.acceptance;

import dev.flowline.io.CsvText;
import dev.flowline.page.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The result of an acceptance in lines for a terminal, and as CSV. */
public record AcceptanceTable(AcceptanceResult result) {
  private static final String COLUMNS = "appraiser,measure,count,of,value,low,high,atMost,light";

  /**
   * A measure that is a proportion.
   *
   * @param light null if it has no limits
   */
  private record NamedShare(String name, Proportion share, Light light) {}

  private static List<NamedShare> shares(AppraiserResult of) {
    return List.of(
        new NamedShare("effectiveness", of.effectiveness(), of.lights().effectiveness()),
        new NamedShare("miss rate", of.missRate(), of.lights().missRate()),
        new NamedShare("false-alarm rate", of.falseAlarmRate(), of.lights().falseAlarmRate()),
        new NamedShare("right decisions", of.rightDecisions(), null),
        new NamedShare("misclassified", of.misclassified(), null),
        new NamedShare("undecided", of.undecided(), null));
  }

  /** Returns the lines for a terminal. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (AppraiserResult each : result.appraisers()) {
      text.append(head(each, result.plan().requested().confidence())).append('\n');
      for (NamedShare share : shares(each)) {
        text.append(line(share.name, share.share, share.light == null ? "" : share.light.word()));
      }
      text.append(ppm("escapes", "defective part", each.escapes()));
      text.append(ppm("overkill", "good part", each.overkill()));
      text.append(kappa("kappa to reference", each.kappa(), ""));
      Repeatability again = each.repeatability();
      if (again != null) {
        text.append(
            kappa(
                "kappa of trials",
                again.kappa(),
                "%s of the same decision in %s trials"
                    .formatted(ShareText.count(again.sameDecision()), again.trials())));
      }
    }
    if (result.between() != null) {
      text.append(between(result.between()));
    }
    result.plan().inWords().forEach(line -> text.append("to show ").append(line).append('\n'));
    return text.toString();
  }

  private static String head(AppraiserResult each, double confidence) {
    return "%s: %s, %s, %s; intervals at %s"
        .formatted(
            each.appraiser(),
            Numbers.count(each.parts().good(), "good part"),
            Numbers.count(each.parts().defective(), "defective part"),
            Numbers.count(each.decisions(), "decision"),
            ShareText.of(confidence));
  }

  private static String between(AppraiserAgreement all) {
    StringBuilder text = new StringBuilder("all appraisers:\n");
    if (all.sameDecision() != null) {
      text.append(line("same decision", all.sameDecision(), ""));
      text.append(line("effectiveness", all.effectiveness(), ""));
      text.append(kappa("kappa (Fleiss)", all.kappa(), ""));
    }
    for (AppraiserAgreement.AppraiserPair pair : all.pairs()) {
      text.append(kappa("kappa", pair.kappa(), pair.first() + " and " + pair.second()));
    }
    return text.toString();
  }

  private static String line(String name, Proportion share, String note) {
    String line =
        String.format(
            Locale.ROOT,
            "  %-18s %8s  %-14s %-18s %s",
            name,
            ShareText.rate(share),
            ShareText.count(share),
            ShareText.interval(share),
            note);
    return line.stripTrailing() + "\n";
  }

  private static String ppm(String name, String kind, PartsPerMillion of) {
    return String.format(
        Locale.ROOT,
        "  %-18s %,8.0f  ppm, at most %,.0f (%s of %s wrong at least once)\n",
        name,
        of.ppm(),
        of.atMost(),
        of.wrongParts(),
        Numbers.count(of.parts(), kind));
  }

  private static String kappa(String name, double kappa, String note) {
    String line =
        String.format(Locale.ROOT, "  %-18s %8s  %s", name, Numbers.fixed(kappa, 2), note);
    return line.stripTrailing() + "\n";
  }

  /**
   * Returns the figures as CSV, its columns named in the first line; what is not known is empty.
   */
  public String csv() {
    List<String> lines = new ArrayList<>(List.of(COLUMNS));
    for (AppraiserResult each : result.appraisers()) {
      String name = CsvText.field(each.appraiser());
      for (NamedShare share : shares(each)) {
        lines.add(row(name, share.name, share.share, share.light));
      }
      lines.add(row(name, "escapes per million", each.escapes()));
      lines.add(row(name, "overkill per million", each.overkill()));
      lines.add(row(name, "kappa to reference", each.kappa()));
      if (each.repeatability() != null) {
        lines.add(row(name, "same decision", each.repeatability().sameDecision(), null));
        lines.add(row(name, "kappa of trials", each.repeatability().kappa()));
      }
    }
    AppraiserAgreement all = result.between();
    if (all != null) {
      if (all.sameDecision() != null) {
        lines.add(row("all", "same decision", all.sameDecision(), null));
        lines.add(row("all", "effectiveness", all.effectiveness(), null));
        lines.add(row("all", "kappa (Fleiss)", all.kappa()));
      }
      for (AppraiserAgreement.AppraiserPair pair : all.pairs()) {
        lines.add(
            row(CsvText.field(pair.first() + " and " + pair.second()), "kappa", pair.kappa()));
      }
    }
    return String.join("\r\n", lines) + "\r\n";
  }

  private static String row(String name, String measure, Proportion share, Light light) {
    return "%s,%s,%s,%s,%s,%s,%s,%s,%s"
        .formatted(
            name,
            measure,
            share.count(),
            share.of(),
            share.rate(),
            share.low(),
            share.high(),
            share.atMost(),
            light == null ? "" : light.name());
  }

  private static String row(String name, String measure, PartsPerMillion of) {
    return "%s,%s,%s,%s,%s,,,%s,"
        .formatted(name, measure, of.wrongParts(), of.parts(), of.ppm(), of.atMost());
  }

  private static String row(String name, String measure, double kappa) {
    return "%s,%s,,,%s,,,,".formatted(name, measure, Double.isNaN(kappa) ? "" : kappa);
  }
}
