package dev.flowline.acceptance;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.metrics.NanAsNull;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The figures of one appraiser.
 *
 * <p>Rates count every trial as one decision, as AIAG's study does. Decisions about the same part
 * are alike, so that the intervals of several trials are narrower than the parts allow; the bounds
 * of escapes and overkill count each part once and hold nevertheless.
 *
 * @param appraiser name
 * @param parts number of parts
 * @param decisions number of decisions
 * @param effectiveness parts with the right decision in every trial
 * @param rightDecisions decisions that are right
 * @param missRate decisions GOOD about defective parts; the slip of VDI/VDE/VDMA 2632
 * @param falseAlarmRate decisions DEFECT about good parts; the pseudo-rejects of VDI/VDE/VDMA 2632
 * @param misclassified misses and false alarms out of all decisions, as VDI/VDE/VDMA 2632 has it
 * @param undecided decisions that are neither
 * @param lights of effectiveness, miss rate and false-alarm rate
 * @param kappa of the decisions against the reference (Cohen); NaN if it is undefined
 * @param repeatability agreement between the trials; null if no part was decided about twice
 * @param escapes the miss rate in parts per million
 * @param overkill the false-alarm rate in parts per million
 * @param wrongParts those with a decision that is not right, defective ones first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AppraiserResult(
    String appraiser,
    PartCounts parts,
    int decisions,
    Proportion effectiveness,
    Proportion rightDecisions,
    Proportion missRate,
    Proportion falseAlarmRate,
    Proportion misclassified,
    Proportion undecided,
    Lights lights,
    @NanAsNull double kappa,
    Repeatability repeatability,
    PartsPerMillion escapes,
    PartsPerMillion overkill,
    List<WrongPart> wrongParts) {
  /**
   * Numbers of parts.
   *
   * @param trials that most of the parts with several trials have; 1 if each has one
   */
  public record PartCounts(int good, int defective, int trials) {}

  /** The traffic lights of the three measures that have limits. */
  public record Lights(Light effectiveness, Light missRate, Light falseAlarmRate) {
    /** Returns the worst of the three. */
    public Light worst() {
      Light worst = effectiveness;
      worst = missRate.compareTo(worst) > 0 ? missRate : worst;
      return falseAlarmRate.compareTo(worst) > 0 ? falseAlarmRate : worst;
    }
  }

  /** A part with decisions that are not right, or not all of them. */
  public record WrongPart(String part, boolean defective, List<Decision> decisions) {}

  public AppraiserResult {
    wrongParts = List.copyOf(wrongParts);
  }

  /** Returns the figures of an appraiser. */
  static AppraiserResult of(Appraiser appraiser, double confidence) {
    List<AppraisedPart> good = appraiser.parts(false);
    List<AppraisedPart> defective = appraiser.parts(true);
    int misses = count(defective, Decision.GOOD);
    int falseAlarms = count(good, Decision.DEFECT);
    int decisions = decisions(good) + decisions(defective);
    int right = count(good, Decision.GOOD) + count(defective, Decision.DEFECT);
    Proportion effectiveness = share(appraiser.parts(), AppraisedPart::isRight, confidence);
    Proportion missRate = new Proportion(misses, decisions(defective), confidence);
    Proportion falseAlarmRate = new Proportion(falseAlarms, decisions(good), confidence);
    return new AppraiserResult(
        appraiser.name(),
        new PartCounts(good.size(), defective.size(), appraiser.trials()),
        decisions,
        effectiveness,
        new Proportion(right, decisions, confidence),
        missRate,
        falseAlarmRate,
        new Proportion(misses + falseAlarms, decisions, confidence),
        new Proportion(count(appraiser.parts(), Decision.UNDECIDED), decisions, confidence),
        new Lights(
            Light.ofEffectiveness(effectiveness.rate()),
            Light.ofMissRate(missRate.rate()),
            Light.ofFalseAlarmRate(falseAlarmRate.rate())),
        againstReference(appraiser),
        Repeatability.of(appraiser, confidence),
        PartsPerMillion.of(missRate, share(defective, AppraisedPart::isWrong, confidence)),
        PartsPerMillion.of(falseAlarmRate, share(good, AppraisedPart::isWrong, confidence)),
        wrong(defective, good));
  }

  private static int count(List<AppraisedPart> parts, Decision decision) {
    return parts.stream().mapToInt(part -> part.count(decision)).sum();
  }

  private static int decisions(List<AppraisedPart> parts) {
    return parts.stream().mapToInt(part -> part.byTrial().size()).sum();
  }

  private static Proportion share(
      List<AppraisedPart> parts, Predicate<AppraisedPart> which, double confidence) {
    return new Proportion((int) parts.stream().filter(which).count(), parts.size(), confidence);
  }

  private static double againstReference(Appraiser appraiser) {
    List<Decision> decisions = new ArrayList<>();
    List<Decision> reference = new ArrayList<>();
    for (AppraisedPart part : appraiser.parts()) {
      for (Decision decision : part.decisions()) {
        decisions.add(decision);
        reference.add(Decision.right(part.defective()));
      }
    }
    return Kappa.cohen(decisions, reference);
  }

  private static List<WrongPart> wrong(List<AppraisedPart> defective, List<AppraisedPart> good) {
    List<WrongPart> wrong = new ArrayList<>();
    for (List<AppraisedPart> parts : List.of(defective, good)) {
      parts.stream()
          .filter(part -> !part.isRight())
          .map(part -> new WrongPart(part.name(), part.defective(), part.decisions()))
          .forEach(wrong::add);
    }
    return wrong;
  }
}
