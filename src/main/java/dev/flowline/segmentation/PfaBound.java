package dev.flowline.segmentation;

/**
 * Upper bound of the probability of a region's energies under the null hypothesis, chi-square with
 * C degrees of freedom (U-Flow, equations 6 and 7). With m the smallest energy in a region of |R|
 * pixels:
 */
public enum PfaBound {
  /** log10 PFA = −|R|·C/2·(m/C − 1 − ln(m/C))/ln 10 where m &gt; C, else 0. */
  CHERNOFF(0),
  /**
   * The same formula for every m, as the authors' released program has it. For m &lt; C it bounds
   * the other tail, so that large regions quieter than average are detected too.
   */
  AS_RELEASED(1),
  /** log10 PFA = |R|·log10 Q(C/2, m/2): the tail itself. */
  EXACT(2);

  final int code;

  PfaBound(int code) {
    this.code = code;
  }
}
