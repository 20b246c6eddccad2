package dev.flowline.tune;

import dev.flowline.page.Numbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The words of a tuning: what was searched, why a recipe is chosen, and what a user must know.
 *
 * @param tested the test images
 * @param shares of the good images that trainings hold out
 */
record TuneNotes(TuneRequest request, TestSet tested, HeldOutShares shares) {
  /** Why a candidate has no result: there was no time. */
  static final String BUDGET = "the budget ran out";

  private static final int MINUTE = 60;

  /** Orders rows by p99; rows without one miss the takt by far, and come last. */
  private static final Comparator<TuneRow> FASTEST =
      Comparator.comparingDouble(TuneRow::p99) // NaN comes last
          .thenComparingDouble(row -> row.latency().p50Millis());

  /** Returns a time in words, such as {@code 4 min 10 s}. */
  static String time(double seconds) {
    long whole = Math.round(seconds);
    if (whole < MINUTE) {
      return whole + " s";
    }
    return whole / MINUTE + " min" + (whole % MINUTE == 0 ? "" : " " + whole % MINUTE + " s");
  }

  /** Returns a time in milliseconds. */
  static String millis(double value) {
    return (value == Math.rint(value) ? Numbers.fixed(value, 0) : Numbers.brief(value)) + " ms";
  }

  /** Returns what was searched, by name. */
  Map<String, String> facts() {
    int train = tested.dataset().train().size();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("data", "%s, layout %s".formatted(request.data(), request.layout()));
    facts.put("category", tested.dataset().category());
    facts.put(
        "images",
        "%s good ones to train on, %s to test on, %s of them with %s defect"
            .formatted(
                train,
                tested.dataset().test().size(),
                tested.dataset().test().stream().filter(sample -> !sample.isGood()).count(),
                tested.madeUp() > 0 ? "a made-up" : "a"));
    facts.put(
        "held out",
        "of the good training images: %s choose the epoch and measure the region law, %s set the threshold"
            .formatted(
                Numbers.percent(shares.validation()), Numbers.percent(shares.calibration())));
    facts.put("candidates", Integer.toString(request.candidates().size()));
    facts.put(
        "engines",
        request.engines().stream().map(Object::toString).collect(Collectors.joining(", "))
            + "; threads "
            + request.threads().stream().map(String::valueOf).collect(Collectors.joining(", "))
            + (request.batch() > 1 ? "; batches of " + request.batch() : ""));
    facts.put("precision", "float32");
    facts.put("rungs", "1, 3, 9 … epochs, up to those of the recipe; a third goes on from each");
    facts.put("seed", Long.toString(request.seed()));
    facts.put("flowline", request.version());
    return facts;
  }

  /** Returns why a recipe is chosen, in a sentence. */
  String why(TuneRow best, List<TuneRow> rows) {
    List<TuneRow> within = rows.stream().filter(row -> row.keeps(request.taktMillis())).toList();
    TuneTrial trial = best.trial();
    String defects = tested.madeUp() > 0 ? "made-up defects" : "defects";
    String found =
        "%s of %s %s with a p99 of %s"
            .formatted(
                trial.foundImages(), trial.defectImages(), defects, millis(best.latency().p99()));
    String reason =
        within.size() == 1
            ? "it is the only one that was tried and keeps the takt of %s: it finds %s"
                .formatted(millis(request.taktMillis()), found)
            : "of the %s that were tried and keep the takt of %s none finds more: %s%s"
                .formatted(
                    within.size(),
                    millis(request.taktMillis()),
                    found,
                    next(best, within)
                        .map(
                            row ->
                                "; %s finds %s with %s"
                                    .formatted(
                                        row.label(),
                                        row.trial().foundImages(),
                                        millis(row.latency().p99())))
                        .orElse(""));
    return reason + moreEpochs(best) + ".";
  }

  /** Returns the best of the others. */
  private static Optional<TuneRow> next(TuneRow best, List<TuneRow> within) {
    return within.stream().filter(row -> !row.equals(best)).min(Ranking.byQuality());
  }

  private String moreEpochs(TuneRow best) {
    int most =
        request.candidates().stream()
            .filter(candidate -> candidate.label().equals(best.label()))
            .findFirst()
            .orElseThrow()
            .mostEpochs();
    Integer epochs = best.trial().epochs();
    return epochs == null || epochs >= most
        ? ""
        : "; it learned for %s of the %s epochs of its recipe".formatted(epochs, most);
  }

  /** Returns what a user must know, in a line each. */
  List<String> lines(List<TuneRow> rows) {
    List<String> lines = new ArrayList<>();
    if (rows.stream().noneMatch(row -> row.keeps(request.taktMillis()))) {
      lines.add(noneKeeps(rows));
    }
    if (!shares.enough()) {
      lines.add(tooFewForTheRate());
    }
    List<String> without =
        rows.stream()
            .filter(row -> row.outside() != null && row.outside().startsWith(BUDGET))
            .map(TuneRow::label)
            .toList();
    if (!without.isEmpty()) {
      lines.add(
          "the budget of %s ran out; without a trial, or a longer one: %s (a larger --budget goes on from here)"
              .formatted(time(request.budgetSeconds()), String.join("; ", without)));
    }
    if (tested.madeUp() > 0) {
      lines.add(
          "the data set has no defects: found are %s made-up ones%s, which flatter a model (docs/detectability.md)"
              .formatted(
                  tested.madeUp(),
                  tested.reserved() == 0
                      ? ""
                      : ", on %s good images that no trial learned from"
                          .formatted(tested.reserved())));
    }
    request.leftOut().forEach(line -> lines.add("left out: " + line));
    lines.addAll(again(rows));
    return List.copyOf(lines);
  }

  /** Returns what the next run does again, in a line for each reason. */
  private static List<String> again(List<TuneRow> rows) {
    List<String> lines = new ArrayList<>();
    List<TuneRow> measured = rows.stream().filter(row -> row.latency() != null).toList();
    String busy = labels(measured.stream().filter(row -> row.latency().busy()));
    if (!busy.isEmpty()) {
      lines.add(
          "the machine was busy while these latencies were measured, so that they may be too long;"
              + " the next run measures them again: "
              + busy);
    }
    String cutShort =
        measured.stream()
            .filter(row -> row.latency().cutShort())
            .map(row -> "%s (%s inspections)".formatted(row.label(), row.latency().inspections()))
            .collect(Collectors.joining("; "));
    if (!cutShort.isEmpty()) {
      lines.add(
          "half of the budget was over before these latencies had all their inspections; a run with"
              + " a larger --budget measures them again: "
              + cutShort);
    }
    rows.stream()
        .filter(row -> TuneTable.missing(row).startsWith(TuneTable.FAILED))
        .map(
            row ->
                "%s %s; the next run tries it again".formatted(row.label(), TuneTable.missing(row)))
        .forEach(lines::add);
    return lines;
  }

  private static String labels(Stream<TuneRow> rows) {
    return rows.map(TuneRow::label).collect(Collectors.joining("; "));
  }

  /** Returns that nothing keeps the takt, or has a result yet, and what is fastest. */
  String noneKeeps(List<TuneRow> rows) {
    String takt = millis(request.taktMillis());
    Optional<TuneRow> fastest =
        rows.stream()
            .filter(row -> row.latency() != null && row.latency().p50Millis() != null)
            .min(FASTEST);
    if (fastest.isEmpty()) {
      return "nothing was measured that keeps the takt of " + takt;
    }
    CandidateLatency latency = fastest.get().latency();
    if (latency.keeps(request.taktMillis())) {
      return "nothing that keeps the takt of %s has a result yet; %s would (p99 %s)"
          .formatted(takt, fastest.get().label(), millis(latency.p99()));
    }
    String line =
        "nothing keeps the takt of %s: the fastest, %s, takes %s"
            .formatted(
                takt,
                fastest.get().label(),
                latency.p99Millis() == null
                    ? "a median of " + millis(latency.p50Millis())
                    : "a p99 of " + millis(latency.p99()));
    return line + inBatches(rows).orElse("");
  }

  /** Returns which candidate keeps up in batches, as the rest of a line. */
  private Optional<String> inBatches(List<TuneRow> rows) {
    return rows.stream()
        .filter(row -> row.latency() != null)
        .flatMap(
            row ->
                row.latency().settings().stream()
                    .filter(time -> time.setting().batch() > 1)
                    .filter(time -> time.imagesPerSecond() * request.taktMillis() >= 1000)
                    .map(
                        time ->
                            "; in batches, which the library encodes and inspect does not, %s judges %s images a second (%s)"
                                .formatted(
                                    row.label(),
                                    Numbers.brief(time.imagesPerSecond()),
                                    time.setting().inWords())))
        .findFirst();
  }

  private String tooFewForTheRate() {
    int good = tested.dataset().train().size();
    int held = (int) Math.round(good * shares.calibration());
    return "%s false alarms take %s good images held out for the threshold, and %s leave %s: the trials keep %s, and train lets all images take turns"
        .formatted(
            Numbers.percent(request.rate().rate()),
            request.rate().imagesNeeded(),
            Numbers.count(good, "good image"),
            held,
            held == 0 ? "no rate" : Numbers.percent(request.rate().guaranteedRate(1, held)));
  }
}
