package dev.flowline.eval;

/**
 * The anomaly maps of the good images that set the model's threshold, as the rules of others use
 * them.
 *
 * @param maxima the maximum of each map
 * @param percentile95 the 95th percentile of all pixels of all maps; NaN without any
 * @param missing why there is no map; null if there are some
 */
record CalibrationMaps(double[] maxima, double percentile95, String missing) {
  static CalibrationMaps none(String why) {
    return new CalibrationMaps(new double[0], Double.NaN, why);
  }
}
