package dev.flowline.data;

import static org.junit.jupiter.api.Assertions.*;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitTest {
  private static List<Sample> samples(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Sample.good(Path.of("%03d.png".formatted(i))))
        .toList();
  }

  @Test
  void splitsWithoutLossInOrder() {
    for (int count : new int[] {1, 2, 3, 10, 101}) {
      for (double fraction : new double[] {0, 0.01, 0.2, 0.99}) {
        List<Sample> whole = samples(count);
        Split split = Split.of(whole, fraction, 0, 7);
        List<Sample> both = new ArrayList<>(split.fit());
        both.addAll(split.validation());
        both.sort((a, b) -> a.image().compareTo(b.image()));
        assertEquals(whole, both);
        assertFalse(split.fit().isEmpty());
        assertEquals(fraction > 0 && count > 1, !split.validation().isEmpty());
        List<Sample> sorted = new ArrayList<>(split.fit());
        sorted.sort((a, b) -> a.image().compareTo(b.image()));
        assertEquals(sorted, split.fit());
      }
    }
    assertEquals(20, Split.of(samples(100), 0.2, 0.1, 1).validation().size());
  }

  @Test
  void thePartsAreDisjointAndTheWhole() {
    for (int count : new int[] {1, 2, 3, 4, 10, 101}) {
      List<Sample> whole = samples(count);
      Split split = Split.of(whole, 0.2, 0.3, 7);
      List<Sample> all = new ArrayList<>(split.fit());
      all.addAll(split.heldOut());
      all.sort((a, b) -> a.image().compareTo(b.image()));
      assertEquals(whole, all);
      assertFalse(split.fit().isEmpty());
      assertEquals(count > 2, !split.calibration().isEmpty() && !split.validation().isEmpty());
    }
    assertEquals(30, Split.of(samples(100), 0.2, 0.3, 1).calibration().size());
    // Another share for the threshold leaves what chooses the epoch as it is.
    assertEquals(
        Split.of(samples(100), 0.2, 0, 1).validation(),
        Split.of(samples(100), 0.2, 0.3, 1).validation());
  }

  /** A set that touches a group brings the whole group, and so do sets that share an image. */
  @Test
  void imagesThatAreAlikeJoinGroups() {
    List<Sample> whole = new ArrayList<>(samples(12));
    whole.set(0, whole.get(0).inGroup("clip a"));
    whole.set(1, whole.get(1).inGroup("clip a"));
    whole.set(2, whole.get(2).inGroup("clip b"));
    Dataset set = new Dataset("c", whole, List.of(), List.of());
    Dataset grouped =
        set.grouped(List.of(images(whole, 1, 4), images(whole, 7, 8), images(whole, 4, 9)));
    assertEquals(
        whole.stream().map(Sample::image).toList(),
        grouped.train().stream().map(Sample::image).toList());
    assertEquals(List.of(0, 1, 4, 9), together(grouped, 0));
    assertEquals(List.of(2), together(grouped, 2));
    assertEquals(List.of(7, 8), together(grouped, 7));
    assertEquals(null, grouped.train().get(3).group());
    for (int seed = 0; seed < 20; seed++) {
      Split split = Split.of(grouped.train(), 0.3, 0.3, seed);
      for (List<Sample> part : List.of(split.fit(), split.validation(), split.calibration())) {
        boolean seven = part.contains(grouped.train().get(7));
        assertEquals(seven, part.contains(grouped.train().get(8)), "seed " + seed);
        assertEquals(part.contains(grouped.train().get(0)), part.contains(grouped.train().get(9)));
      }
    }
  }

  private static List<Path> images(List<Sample> samples, int... chosen) {
    return IntStream.of(chosen).mapToObj(i -> samples.get(i).image()).toList();
  }

  private static List<Integer> together(Dataset set, int image) {
    String group = set.train().get(image).group();
    return IntStream.range(0, set.train().size())
        .filter(i -> group.equals(set.train().get(i).group()))
        .boxed()
        .toList();
  }

  @Test
  void groupsStayTogether() {
    Random random = new Random(11);
    for (int round = 0; round < 50; round++) {
      List<Sample> whole = new ArrayList<>();
      int groups = 1 + random.nextInt(9);
      for (int g = 0; g < groups; g++) {
        for (int i = 0; i <= random.nextInt(6); i++) {
          whole.add(Sample.good(Path.of(g + "-" + i + ".png")).inGroup("patient " + g));
        }
      }
      Split split = Split.of(whole, 0.2, 0.3, round);
      List<Sample> all = new ArrayList<>(split.fit());
      all.addAll(split.heldOut());
      assertEquals(whole.size(), all.size());
      assertEquals(new HashSet<>(whole), new HashSet<>(all));
      int parts = 0;
      for (List<Sample> part : List.of(split.fit(), split.validation(), split.calibration())) {
        parts += (int) part.stream().map(Sample::group).distinct().count();
      }
      assertEquals(groups, parts, "a group in two parts, round " + round);
      assertFalse(split.fit().isEmpty());
      assertEquals(groups > 1, !split.validation().isEmpty());
      assertEquals(groups > 2, !split.calibration().isEmpty());
    }
  }

  @Test
  void groupsComeAsNearToTheShareAsTheyCan() {
    List<Sample> whole = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      whole.add(Sample.good(Path.of(i + ".png")).inGroup("clip " + i / 10));
    }
    Split split = Split.of(whole, 0.15, 0.233, 3);
    assertEquals(150, split.validation().size());
    assertEquals(230, split.calibration().size());
  }

  /** 6 of 100 images in groups of 4: as near are 4 and 8, and 8 are taken. */
  @Test
  void ofTwoThatAreAsNearTheMoreAreTaken() {
    List<Sample> whole = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      whole.add(Sample.good(Path.of(i + ".png")).inGroup("part " + i / 4));
    }
    Split split = Split.of(whole, 0.06, 0.1, 5);
    assertEquals(8, split.validation().size());
    assertEquals(12, split.calibration().size());
    assertEquals(4, Split.of(whole, 0.05, 0, 5).validation().size(), "5 are nearer to 4 than to 8");
    assertEquals(8, Split.of(whole, 0.07, 0, 5).validation().size(), "7 are nearer to 8 than to 4");
  }

  @Test
  void isRuledByTheSeed() {
    assertEquals(Split.of(samples(50), 0.2, 0.1, 3), Split.of(samples(50), 0.2, 0.1, 3));
    assertNotEquals(Split.of(samples(50), 0.2, 0.1, 3), Split.of(samples(50), 0.2, 0.1, 4));
  }

  @Test
  void refusesNonsense() {
    assertThrows(IllegalArgumentException.class, () -> Split.of(samples(3), 1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> Split.of(samples(3), Double.NaN, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> Split.of(samples(3), 0.5, 0.5, 0));
    assertThrows(IllegalArgumentException.class, () -> Split.of(samples(3), 0.5, -0.1, 0));
    Sample bad = new Sample(Path.of("a.png"), new Mask.None(), "scratch");
    assertThrows(IllegalArgumentException.class, () -> Split.of(List.of(bad), 0.1, 0, 0));
  }
}
