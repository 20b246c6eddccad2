package dev.flowline.line;

import java.util.Map;

/**
 * The counts of an {@link InspectionLine} since it began: accepted = the sum of all verdicts +
 * open.
 *
 * @param accepted parts
 * @param refused frames, by the reason
 * @param answered parts, by verdict: those whose answer is reached, though perhaps not yet handed
 *     over
 * @param missedDeadlines parts among the UNDECIDED that nothing was decided about by their deadline
 * @param late parts among these that were judged all the same, after their answer
 * @param open parts that are accepted and not yet answered
 * @param waiting parts among these that no worker has taken
 * @param toHandOver answers that wait for the receiver; with the open parts and the one that the
 *     receiver has they count for the capacity
 * @param stalledWorkers workers that have been at one batch for longer than they may
 * @param answeredMillisAgo since the last answer; null before the first one
 */
public record LineCounts(
    long accepted,
    Map<Admission, Long> refused,
    Map<Verdict, Long> answered,
    long missedDeadlines,
    long late,
    int open,
    int waiting,
    int toHandOver,
    int stalledWorkers,
    Double answeredMillisAgo) {
  public LineCounts {
    refused = Map.copyOf(refused);
    answered = Map.copyOf(answered);
  }
}
