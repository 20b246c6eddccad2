package dev.flowline.eval;

import dev.flowline.metrics.Segment;
import dev.flowline.metrics.ThresholdMetric;
import java.util.List;

/**
 * A metric for each defect type. Pixels of a good image go to the metrics of all types, those of a
 * defective image to the metric of its type.
 *
 * @param typeOfImage index of each image's defect type in {@code metrics}; negative for good images
 */
record ByDefectType(int[] typeOfImage, List<? extends ThresholdMetric> metrics)
    implements ThresholdMetric {
  @Override
  public void expect(Segment segment) {
    int type = typeOfImage[segment.image()];
    if (type >= 0) {
      metrics.get(type).expect(segment);
    } else {
      metrics.forEach(m -> m.expect(segment));
    }
  }

  @Override
  public void accept(float score, Segment segment) {
    int type = typeOfImage[segment.image()];
    if (type >= 0) {
      metrics.get(type).accept(score, segment);
      return;
    }
    for (ThresholdMetric metric : metrics) {
      metric.accept(score, segment);
    }
  }

  @Override
  public void finish() {
    metrics.forEach(ThresholdMetric::finish);
  }
}
