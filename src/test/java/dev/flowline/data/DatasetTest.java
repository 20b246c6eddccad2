package dev.flowline.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DatasetTest {
  private static Dataset dataset() {
    List<Sample> train = new ArrayList<>();
    List<Sample> test = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      train.add(Sample.good(Path.of("train%02d.png".formatted(i))));
    }
    for (int i = 0; i < 10; i++) {
      test.add(Sample.good(Path.of("test%02d.png".formatted(i))));
      test.add(new Sample(Path.of("bad%02d.png".formatted(i)), new Mask.None(), "scratch"));
    }
    return new Dataset("gear", train, test, List.of());
  }

  @Test
  void goodImagesAreDealtAnewAndDefectsStay() {
    Dataset whole = dataset();
    Dataset dealt = whole.resplit(3);
    assertEquals(whole.train().size(), dealt.train().size());
    assertEquals(whole.testOf("scratch"), dealt.testOf("scratch"));
    Set<Sample> before = new HashSet<>(whole.train());
    before.addAll(whole.test());
    Set<Sample> after = new HashSet<>(dealt.train());
    after.addAll(dealt.test());
    assertEquals(before, after);
    assertEquals(50, dealt.train().size() + dealt.test().size());
    assertNotEquals(whole.train(), dealt.train());
    assertTrue(dealt.testOf(Sample.GOOD).stream().anyMatch(whole.train()::contains));
    assertEquals(dealt, whole.resplit(3));
    assertNotEquals(dealt, whole.resplit(4));
  }
}
