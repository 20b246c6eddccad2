package dev.flowline.segmentation;

/**
 * The upper bound of the probability of a false alarm (PFA) of a region under the null hypothesis
 * that energies are chi-square with C degrees of freedom (U-Flow, equations 6 and 7). m is the
 * minimum energy in a region of |R| pixels.
 */
public enum PfaBound {
  /** The Chernoff bound: log10 PFA = −|R|·C/2·(m/C − 1 − ln(m/C))/ln 10 if m &gt; C, else 0. */
  CHERNOFF(0),
  /**
   * The formula of {@link #CHERNOFF} for every m, as in the authors' released program. If m &lt; C,
   * it bounds the other tail: large regions that are quieter than average are detected too.
   */
  AS_RELEASED(1),
  /** The tail itself: log10 PFA = |R|·log10 Q(C/2, m/2). */
  EXACT(2);

  final int code;

  PfaBound(int code) {
    this.code = code;
  }
}
