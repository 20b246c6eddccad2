package dev.flowline.calibration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The choice of the images that look defective among those that are supposed to be good.
 *
 * <p>Without a contamination these are the images of which fewer than one as strange is to be
 * expected if all are good. The expectation rests on the usual images, see {@link UsualTail}, so
 * that strange ones do not hide themselves. With a contamination they are that share of the images,
 * the strangest.
 *
 * @param contamination the share of the images that is known or supposed to be defective, in [0,
 *     0.5); null if it is not known
 */
public record SuspectRule(Double contamination) {
  /** The rule if nothing is known. */
  public static final SuspectRule UNKNOWN = new SuspectRule(null);

  /** The expected number of images as strange below which an image is a suspect. */
  static final double FEWEST_EXPECTED = 1;

  /**
   * @throws IllegalArgumentException if contamination is out of its bounds
   */
  public SuspectRule {
    if (contamination != null && !(contamination >= 0 && contamination < 0.5)) {
      throw new IllegalArgumentException("contamination must be in [0, 0.5), got " + contamination);
    }
  }

  /**
   * Returns the suspects, the most suspicious first.
   *
   * @param assessed all images, as {@link #assessed} returns them
   */
  public List<Suspect> among(List<Suspect> assessed) {
    return contamination == null
        ? assessed.stream().filter(image -> image.expectedGood() < FEWEST_EXPECTED).toList()
        : assessed.subList(0, (int) Math.round(contamination * assessed.size()));
  }

  /**
   * Returns how suspicious each image is, the most suspicious first.
   *
   * @param minLog10Nfa of the images, each by a test that did not see it
   */
  public static List<Suspect> assessed(List<Double> minLog10Nfa) {
    double[] ascending = minLog10Nfa.stream().mapToDouble(value -> value).sorted().toArray();
    UsualTail tail = UsualTail.of(ascending);
    List<Suspect> assessed = new ArrayList<>();
    for (int image = 0; image < ascending.length; image++) {
      double own = minLog10Nfa.get(image);
      int asStrange = 0;
      for (double other : ascending) {
        asStrange += other <= own ? 1 : 0;
      }
      assessed.add(
          new Suspect(
              image,
              own,
              asStrange / (double) ascending.length,
              Math.min(asStrange, ascending.length * tail.probability(own))));
    }
    assessed.sort(Comparator.comparingDouble(Suspect::minLog10Nfa));
    return List.copyOf(assessed);
  }
}
