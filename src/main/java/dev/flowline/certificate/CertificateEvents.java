package dev.flowline.certificate;

import dev.flowline.page.Numbers;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the lines about a model mean for its certificate.
 *
 * @param check of what is guaranteed; null if nothing is
 * @param entries the lines, in their order
 */
record CertificateEvents(GuaranteeCheck check, List<LogbookEntry> entries) {
  /** Returns the first line that ends the certificate; null for none. */
  Certificate.Event ended() {
    return entries.stream().filter(this::ends).findFirst().map(this::event).orElse(null);
  }

  /** Returns the last line of a kind; null for none. */
  Certificate.Event last(Predicate<LogbookEntry> kind) {
    return entries.stream()
        .filter(kind)
        .reduce((one, later) -> later)
        .map(this::event)
        .orElse(null);
  }

  private boolean ends(LogbookEntry entry) {
    return check != null
        && (entry.observation() instanceof ObservedDrift seen && seen.drift().detected()
            || entry.observation() instanceof ObservedDecisions some && check.isContradicted(some));
  }

  /** Returns whether a line shows that the guaranteed rate holds. */
  boolean isShown(LogbookEntry entry) {
    return check != null
        && entry.observation() instanceof ObservedDecisions some
        && check.isShown(some);
  }

  /** Returns whether a line is of a watch that saw good parts and no drift. */
  static boolean sawNoDrift(LogbookEntry entry) {
    return entry.observation() instanceof ObservedDrift seen
        && !seen.drift().detected()
        && seen.drift().parts() > 0;
  }

  private Certificate.Event event(LogbookEntry entry) {
    String words = entry.inWords();
    if (check != null && entry.observation() instanceof ObservedDecisions some) {
      int most = check.mostFalseAlarms(Math.max(1, some.goodParts()));
      words +=
          "; the %s rate allows %s"
              .formatted(
                  check.calibration().isGuaranteed() ? "guaranteed" : "expected",
                  Numbers.count(most, "false alarm"));
    }
    if (!entry.isWithoutImages()) {
      words += ", in " + entry.images().inWords();
    }
    return new Certificate.Event(entry.line(), entry.time(), entry.command(), words);
  }
}
