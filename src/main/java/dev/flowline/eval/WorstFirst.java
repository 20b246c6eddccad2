package dev.flowline.eval;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Keeps the worst images of any number, with their maps. */
final class WorstFirst {
  private record Ranked(GalleryImage image, int number) {}

  private final int capacity;
  private final TreeSet<Ranked> worst =
      new TreeSet<>(
          Comparator.comparing((Ranked r) -> r.image.outcome(), ImageOutcome.WORST_FIRST)
              .thenComparingInt(Ranked::number));
  private int offered;

  WorstFirst(int capacity) {
    if (capacity < 0) {
      throw new IllegalArgumentException("a gallery cannot show " + capacity + " images");
    }
    this.capacity = capacity;
  }

  void offer(GalleryImage image) {
    worst.add(new Ranked(image, offered++));
    if (worst.size() > capacity) {
      worst.pollLast();
    }
  }

  /** The worst first. */
  List<GalleryImage> images() {
    return worst.stream().map(Ranked::image).toList();
  }
}
