package dev.flowline.cli;

import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.line.LotReview;
import dev.flowline.line.LotStatement;
import dev.flowline.page.Numbers;
import java.util.ArrayList;
import java.util.List;

/** The text of the statement on a lot, for who decides what becomes of its rejects. */
final class LotInWords {
  private LotInWords() {}

  /**
   * Returns the text, a sentence per line.
   *
   * @param notRead images without a verdict, because they could not be read
   */
  static List<String> of(LotStatement lot, int notRead) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s, %s rejected (DEFECT)%s%s%s"
            .formatted(
                Numbers.count(lot.parts(), "part"),
                lot.rejected(),
                lot.undecided() == 0 ? "" : ", " + lot.undecided() + " to be looked at (UNDECIDED)",
                lot.notInspected() == 0 ? "" : ", " + lot.notInspected() + " more not inspected",
                notRead == 0 ? "" : ", " + notRead + " more not read"));
    if (lot.falseRejects() != null && lot.parts() > 0) {
      lines.add(falseRejects(lot.falseRejects(), lot.parts()));
    }
    if (lot.discoveries() != null && lot.parts() > 0) {
      lines.add(discoveries(lot.discoveries(), lot));
    }
    if (lot.review() != null) {
      lines.add(review(lot.review()));
    }
    return lines;
  }

  private static String falseRejects(LotStatement.FalseRejects rejects, int parts) {
    return "the threshold %s %s of good parts, %s: %s of these %s if all were good, fewer if not%s"
        .formatted(
            rejects.expected() ? "is expected to reject about" : "rejects at most",
            Numbers.percent(rejects.guaranteed()),
            rejects.confidence() == null
                ? "on average over calibrations"
                : "with confidence " + rejects.confidence(),
            Numbers.brief(rejects.atMost()),
            parts,
            rejects.proved() == null
                ? ""
                : "; at most %s is proved".formatted(Numbers.percent(rejects.proved())));
  }

  private static String discoveries(LotStatement.Discoveries found, LotStatement lot) {
    String rate = "at a false-discovery rate of " + percent(found.rate());
    if (found.parts() == 0) {
      return rate + " no part stands out: " + whyNot(found, lot);
    }
    return "%s %s: p-value at most %s. On average over lots %s of such a set is %sgood: %s of these %s"
        .formatted(
            rate,
            standOut(found.parts(), lot),
            Numbers.brief(found.largestPValue()),
            (found.expected() ? "about " : "at most ") + percent(found.rate()),
            found.expected() ? "expected to be " : "",
            Numbers.brief(found.goodAtMost()),
            found.parts());
  }

  /** Parts stand out in the order of their statistic: DEFECT, then UNDECIDED, then GOOD. */
  private static String standOut(int parts, LotStatement lot) {
    int rejected = lot.rejected();
    String verb = parts == 1 ? " stands out" : " stand out";
    if (parts < rejected) {
      return "%s of the %s rejects%s".formatted(parts, rejected, verb);
    }
    int undecided = Math.min(parts - rejected, lot.undecided());
    int good = parts - rejected - undecided;
    List<String> kinds = new ArrayList<>();
    if (rejected > 0) {
      kinds.add(rejected == 1 ? "the reject" : "all " + rejected + " rejects");
    }
    if (undecided > 0) {
      kinds.add(Numbers.count(undecided, "part") + " UNDECIDED");
    }
    if (good > 0) {
      kinds.add(Numbers.count(good, "part") + " judged GOOD");
    }
    int last = kinds.size() - 1;
    String others = String.join(", ", kinds.subList(0, last));
    return (last == 0 ? "" : others + " and ") + kinds.get(last) + verb;
  }

  private static String whyNot(LotStatement.Discoveries found, LotStatement lot) {
    if (found.partsAtSmallest() == 0) {
      return "none is beyond all calibration images";
    }
    long images = Math.round(1 / found.smallestPValue()) - 1;
    if (found.partsNeeded() > lot.parts()) {
      return "the rate takes at least %s calibration images, and the model has %s: 'flowline calibrate' with more"
          .formatted(new FalseAlarmRate(found.rate(), null).imagesNeeded(), images);
    }
    return "with %s calibration images no p-value is below %s, and %s of the %s parts have it; %s would be enough, and fewer with more calibration images"
        .formatted(
            images,
            Numbers.brief(found.smallestPValue()),
            found.partsAtSmallest(),
            lot.parts(),
            found.partsNeeded());
  }

  private static String review(LotReview review) {
    if (review.rejects() == 1) {
      return "to show whether the reject is defective, look at it";
    }
    if (review.lookedAt() == review.rejects()) {
      return "to show how many of the rejects are defective, look at all %s"
          .formatted(review.rejects());
    }
    return "look at %s of the %s rejects, drawn at random: if all of these are defective, at least %s of the %s are (%s), with confidence %s"
        .formatted(
            review.lookedAt(),
            review.rejects(),
            review.defectiveAtLeast(),
            review.rejects(),
            percent(review.defectiveAtLeast() / (double) review.rejects()),
            percent(review.confidence()));
  }

  private static String percent(double share) {
    return Numbers.percent(share).replace(".0 %", " %");
  }
}
