package dev.flowline.cli;

import dev.flowline.export.PathResult;
import dev.flowline.export.Verification;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table of a verification as text: a line for each path. */
final class VerificationTable {
  private static final String LEGEND =
      "diff.: the largest difference from the expected answers, relative beyond 1; -: not known";

  private VerificationTable() {}

  static String of(Verification result) {
    StringBuilder text = new StringBuilder();
    int width = "path".length();
    List<PathResult> all = new ArrayList<>(result.paths());
    all.addAll(result.others());
    for (PathResult path : all) {
      width = Math.max(width, path.path().length());
    }
    String row = "%-" + width + "s  %6s  %8s  %7s  %14s  %9s  %14s  %13s%n";
    text.append(
        String.format(
            Locale.ROOT,
            row,
            "path",
            "images",
            "verdicts",
            "regions",
            "near threshold",
            "diff. map",
            "diff. log10NFA",
            "diff. latents"));
    for (PathResult path : all) {
      text.append(
          String.format(
              Locale.ROOT,
              row,
              path.path(),
              path.images(),
              path.hasJudged() ? equal(path.verdictsThatDiffer()) : "-",
              path.hasJudged() ? equal(path.regionsThatDiffer()) : "-",
              path.hasJudged() ? path.nearThreshold() : "-",
              difference(path.largestMapDifference()),
              difference(path.largestLog10NfaDifference()),
              difference(path.largestLatentDifference())));
    }
    text.append(LEGEND).append(System.lineSeparator());
    result
        .notThere()
        .forEach(why -> text.append("not there: ").append(why).append(System.lineSeparator()));
    return text.toString();
  }

  private static String difference(Double largest) {
    return largest == null ? "-" : String.format(Locale.ROOT, "%.1e", largest);
  }

  private static String equal(int different) {
    return different == 0 ? "equal" : different + " differ";
  }
}
