package dev.flowline.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The metrics as they are defined: all pairs of pixels, all thresholds, one after the other. */
record SlowMetrics(RandomTestSet set) {
  double auroc() {
    double wins = 0;
    long pairs = 0;
    for (int a = 0; a < images(); a++) {
      for (int i = 0; i < pixels(); i++) {
        if (!defect(a, i)) {
          continue;
        }
        for (int b = 0; b < images(); b++) {
          for (int j = 0; j < pixels(); j++) {
            if (!defect(b, j)) {
              float positive = set.scores().get(a)[i];
              float negative = set.scores().get(b)[j];
              wins += positive > negative ? 1 : positive == negative ? 0.5 : 0;
              pairs++;
            }
          }
        }
      }
    }
    return wins / pairs;
  }

  double aupro(double limit) {
    List<int[]> regions = regions();
    double area = 0;
    double lastFpr = 0;
    double lastPro = 0;
    for (float threshold : levels().descendingSet()) {
      long negatives = 0;
      long falsePositives = 0;
      for (int a = 0; a < images(); a++) {
        for (int i = 0; i < pixels(); i++) {
          if (!defect(a, i)) {
            negatives++;
            falsePositives += set.scores().get(a)[i] >= threshold ? 1 : 0;
          }
        }
      }
      double pro = 0;
      for (int[] region : regions) {
        int found = 0;
        for (int k = 1; k < region.length; k++) {
          found += set.scores().get(region[0])[region[k]] >= threshold ? 1 : 0;
        }
        pro += found / (double) (region.length - 1) / regions.size();
      }
      double fpr = falsePositives / (double) negatives;
      if (fpr >= limit) {
        double atLimit =
            fpr == lastFpr ? pro : lastPro + (pro - lastPro) * (limit - lastFpr) / (fpr - lastFpr);
        return (area + (limit - lastFpr) * (lastPro + atLimit) / 2) / limit;
      }
      area += (fpr - lastFpr) * (pro + lastPro) / 2;
      lastFpr = fpr;
      lastPro = pro;
    }
    throw new AssertionError("the rate of false positives ends at 1");
  }

  double meanIou(double threshold) {
    double sum = 0;
    for (int a = 0; a < images(); a++) {
      int intersection = 0;
      int union = 0;
      for (int i = 0; i < pixels(); i++) {
        boolean found = set.scores().get(a)[i] > threshold;
        intersection += found && defect(a, i) ? 1 : 0;
        union += found || defect(a, i) ? 1 : 0;
      }
      sum += union == 0 ? 1 : intersection / (double) union;
    }
    return sum / images();
  }

  double bestMeanIou() {
    double best = meanIou(Double.NEGATIVE_INFINITY);
    for (float threshold : levels()) {
      best = Math.max(best, meanIou(threshold));
    }
    return best;
  }

  private TreeSet<Float> levels() {
    TreeSet<Float> levels = new TreeSet<>();
    for (float[] scores : set.scores()) {
      for (float score : scores) {
        levels.add(score + 0f);
      }
    }
    return levels;
  }

  /** Image number, then its pixels. Grown by repeated passes until nothing changes. */
  private List<int[]> regions() {
    List<int[]> regions = new ArrayList<>();
    for (int a = 0; a < images(); a++) {
      boolean[] taken = new boolean[pixels()];
      for (int seed = 0; seed < pixels(); seed++) {
        if (!defect(a, seed) || taken[seed]) {
          continue;
        }
        List<Integer> members = new ArrayList<>(List.of(seed));
        taken[seed] = true;
        for (int k = 0; k < members.size(); k++) {
          for (int other = 0; other < pixels(); other++) {
            if (defect(a, other) && !taken[other] && neighbours(members.get(k), other)) {
              taken[other] = true;
              members.add(other);
            }
          }
        }
        members.add(0, a);
        regions.add(members.stream().mapToInt(Integer::intValue).toArray());
      }
    }
    return regions;
  }

  private boolean neighbours(int p, int q) {
    return Math.abs(p % set.width() - q % set.width()) <= 1
        && Math.abs(p / set.width() - q / set.width()) <= 1;
  }

  private int images() {
    return set.scores().size();
  }

  private int pixels() {
    return set.height() * set.width();
  }

  private boolean defect(int image, int pixel) {
    boolean[] truth = set.truths().get(image);
    return truth != null && truth[pixel];
  }
}
