package dev.flowline.eval;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** A collection that keeps the images with the worst outcomes of any number. */
final class WorstFirst {
  private record Ranked(ImageOutcome outcome, EvaluatedImage image, int number) {}

  private final int capacity;
  private final TreeSet<Ranked> worst =
      new TreeSet<>(
          Comparator.comparing(Ranked::outcome, ImageOutcome.WORST_FIRST)
              .thenComparingInt(Ranked::number));
  private int offered;

  WorstFirst(int capacity) {
    if (capacity < 0) {
      throw new IllegalArgumentException("galleryImages must be at least 0, got " + capacity);
    }
    this.capacity = capacity;
  }

  void offer(ImageOutcome outcome, EvaluatedImage image) {
    worst.add(new Ranked(outcome, image, offered++));
    if (worst.size() > capacity) {
      worst.pollLast();
    }
  }

  /** Returns the images, the worst first. */
  List<EvaluatedImage> images() {
    return worst.stream().map(Ranked::image).toList();
  }
}
