package dev.flowline.segmentation.truth;

import dev.flowline.segmentation.NfaMap;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.RelativeMaxima;
import java.util.List;

/** What a region test says of some images. */
sealed interface Verdicts {
  /** By image. */
  float[] smallest();

  /** How many false alarms the test counts in an image if it is good. */
  int alarms(int image, double log10Epsilon);

  /**
   * Alarms are the regions of the map.
   *
   * @param maps by image, of the finest scale's size
   */
  record Regions(float[] smallest, List<NfaMap> maps) implements Verdicts {
    /** A region whose peak interpolation has levelled is one all the same. */
    @Override
    public int alarms(int image, double log10Epsilon) {
      return smallest[image] < log10Epsilon
          ? Math.max(1, maps.get(image).regions(log10Epsilon).size())
          : 0;
    }
  }

  /**
   * Alarms are the size classes that have a region below ε, and the class of the baselines.
   *
   * @param maxima by image
   */
  record Classes(float[] smallest, RegionLaw law, List<RelativeMaxima> maxima) implements Verdicts {
    @Override
    public int alarms(int image, double log10Epsilon) {
      RelativeMaxima of = maxima.get(image);
      int alarms = (float) law.log10NfaOfBaseline(of.baseline()) < log10Epsilon ? 1 : 0;
      float[] levels = law.levelsOf(of);
      for (int k = 0; k < law.classes(); k++) {
        alarms += log10Nfa(k, levels[k]) < log10Epsilon ? 1 : 0;
      }
      return alarms;
    }

    private float log10Nfa(int k, float maximum) {
      return (float) (law.log10Pfa(k, maximum) + law.log10Tests());
    }
  }
}
