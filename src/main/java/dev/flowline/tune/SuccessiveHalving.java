package dev.flowline.tune;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Successive halving (Karnin, Koren and Somekh 2013; Jamieson and Talwalkar 2016): all candidates
 * are trained a little, the best part of them more, and so on, until those left have been trained
 * for as long as their recipe says.
 *
 * @param reduction of the number of candidates from rung to rung, and by which epochs grow; at
 *     least 2
 * @param firstEpochs of the first rung, at least 1
 */
public record SuccessiveHalving(int reduction, int firstEpochs) {
  /** The usual rungs: 1, 3, 9, 27 … epochs, and a third of the candidates goes on. */
  public static final SuccessiveHalving USUAL = new SuccessiveHalving(3, 1);

  public SuccessiveHalving {
    if (reduction < 2 || firstEpochs < 1) {
      throw new IllegalArgumentException(
          "reduction must be at least 2 and firstEpochs at least 1, got %s and %s"
              .formatted(reduction, firstEpochs));
    }
  }

  /** Tries candidates, and ranks them. */
  interface Trials<T, R> {
    /**
     * Trains and judges a candidate.
     *
     * @param rung counted from 1
     * @return the result; empty if there is no time for it
     */
    Optional<R> tried(T candidate, int epochs, int rung) throws IOException;

    /** Returns those of the tried candidates that may go on, the best first. */
    List<T> ranked(Map<T, R> results) throws IOException;
  }

  /**
   * The outcome of all rungs.
   *
   * @param results the last one of each candidate that was tried, in the order of the candidates
   * @param stopped whether time ran out before the last rung was done
   */
  record Halved<T, R>(Map<T, R> results, boolean stopped) {}

  /** Returns how many of some candidates go on: a part of them, but at least one. */
  int kept(int candidates) {
    return (candidates + reduction - 1) / reduction;
  }

  /** Returns the epochs of a rung, counted from 1, of a candidate that takes so many at most. */
  int epochs(int rung, int most) {
    long epochs = firstEpochs;
    for (int i = 1; i < rung && epochs < most; i++) {
      epochs *= reduction;
    }
    return (int) Math.min(epochs, most);
  }

  /** Returns the epochs of all trials if each candidate takes so many at most. */
  long allEpochs(int candidates, int most) {
    long all = 0;
    int left = candidates;
    for (int rung = 1; ; rung++) {
      all += (long) left * epochs(rung, most);
      if (epochs(rung, most) == most) {
        return all;
      }
      left = kept(left);
    }
  }

  /**
   * Tries candidates, rung by rung. One that has reached its most epochs keeps its result.
   *
   * @param most epochs of a candidate
   */
  <T, R> Halved<T, R> run(List<T> candidates, ToIntFunction<T> most, Trials<T, R> trials)
      throws IOException {
    Map<T, R> results = new LinkedHashMap<>();
    Map<T, Integer> trained = new LinkedHashMap<>();
    List<T> left = candidates;
    boolean stopped = false;
    for (int rung = 1; !left.isEmpty(); rung++) {
      for (T candidate : left) {
        int epochs = epochs(rung, most.applyAsInt(candidate));
        if (trained.getOrDefault(candidate, 0) < epochs) {
          Optional<R> result = trials.tried(candidate, epochs, rung);
          stopped |= result.isEmpty();
          result.ifPresent(
              known -> {
                results.put(candidate, known);
                trained.put(candidate, epochs);
              });
        }
      }
      List<T> running = left;
      boolean whole =
          running.stream().allMatch(each -> trained.getOrDefault(each, 0) == most.applyAsInt(each));
      if (stopped || whole) {
        break;
      }
      Map<T, R> ofRung = new LinkedHashMap<>(results);
      ofRung.keySet().retainAll(left);
      List<T> ranked = trials.ranked(ofRung);
      left = new ArrayList<>(ranked.subList(0, Math.min(ranked.size(), kept(left.size()))));
    }
    Map<T, R> inOrder = new LinkedHashMap<>();
    candidates.stream().filter(results::containsKey).forEach(c -> inOrder.put(c, results.get(c)));
    return new Halved<>(inOrder, stopped);
  }
}
