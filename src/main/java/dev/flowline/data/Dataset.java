package dev.flowline.data;

import dev.flowline.io.OneLine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/**
 * The images of one category: good ones to learn from, and good and defective ones to test with.
 * Each list is sorted by defect type, then by name.
 *
 * @param category its name
 * @param train good images only, at least one
 * @param test may be empty
 * @param warnings what is odd about the files, one sentence each, naming them; for the user to read
 */
public record Dataset(
    String category, List<Sample> train, List<Sample> test, List<String> warnings) {

  /**
   * @throws IllegalArgumentException if train is empty or holds a defective image
   */
  public Dataset {
    train = List.copyOf(train);
    test = List.copyOf(test);
    warnings = List.copyOf(warnings);
    if (train.isEmpty()) {
      throw new IllegalArgumentException("category " + category + " has no image to learn from");
    }
    for (Sample sample : train) {
      if (!sample.isGood()) {
        throw new IllegalArgumentException(
            "train must hold good images only, got %s of type %s"
                .formatted(sample.image(), sample.defectType()));
      }
    }
  }

  /**
   * The same images with the good ones dealt anew: which of them are to learn from and which to
   * test with is drawn, how many stays. A published split may be lucky, and train and test images
   * may have been taken on different days; of images that were dealt, each is as good as any other.
   *
   * @throws IllegalArgumentException if images come in groups, which the published split is by
   */
  public Dataset resplit(long seed) {
    Optional<String> anyGroup =
        train.stream().map(Sample::group).filter(Objects::nonNull).findFirst();
    if (anyGroup.isPresent()) {
      throw new IllegalArgumentException(
          "images of %s come in groups, %s for one: dealt anew, a group would be in training and test"
              .formatted(category, OneLine.of(anyGroup.get())));
    }
    List<Sample> good = new ArrayList<>(train);
    good.addAll(testOf(Sample.GOOD));
    Collections.shuffle(good, new Random(seed));
    List<Sample> dealt = good.subList(0, train.size());
    List<Sample> tested = new ArrayList<>(good.subList(train.size(), good.size()));
    test.stream().filter(sample -> !sample.isGood()).forEach(tested::add);
    return new Dataset(category, inOrder(dealt), inOrder(tested), warnings);
  }

  /**
   * The same images with those training images in one group that some sets name, and whatever was
   * in a group with one of them: {@link Split} then keeps them together.
   *
   * @param alike sets of training images, such as photos of one part
   */
  public Dataset grouped(List<List<Path>> alike) {
    return new Dataset(category, ImageGroups.of(train, alike), test, warnings);
  }

  /**
   * The same images with those training images in one group that have one name of a group, and
   * whatever was in a group with one of them.
   *
   * @param names of each training image's group
   */
  Dataset grouped(Function<Sample, String> names) {
    if (train.stream().allMatch(sample -> sample.group() == null)) {
      List<Sample> named = train.stream().map(s -> s.inGroup(names.apply(s))).toList();
      return new Dataset(category, named, test, warnings);
    }
    Map<String, List<Path>> members = new LinkedHashMap<>();
    for (Sample sample : train) {
      members.computeIfAbsent(names.apply(sample), name -> new ArrayList<>()).add(sample.image());
    }
    return grouped(List.copyOf(members.values()));
  }

  /** Returns the same images with further warnings. */
  Dataset warned(List<String> further) {
    List<String> all = new ArrayList<>(warnings);
    all.addAll(further);
    return new Dataset(category, train, test, all);
  }

  /** Returns how many images, or groups of them, there are to learn from. */
  public int groupsToLearnFrom() {
    return (int) train.stream().map(ImageGroups::key).distinct().count();
  }

  /**
   * The same images without some of those to learn from.
   *
   * @throws IllegalArgumentException if none is left
   */
  public Dataset without(Set<Path> images) {
    List<Sample> left = train.stream().filter(sample -> !images.contains(sample.image())).toList();
    return new Dataset(category, left, test, warnings);
  }

  private static List<Sample> inOrder(List<Sample> samples) {
    return samples.stream()
        .sorted(Comparator.comparing(Sample::defectType).thenComparing(Sample::image))
        .toList();
  }

  /** The kinds of defect in the test images, sorted, without {@link Sample#GOOD}. */
  public List<String> defectTypes() {
    return test.stream()
        .filter(sample -> !sample.isGood())
        .map(Sample::defectType)
        .distinct()
        .sorted()
        .toList();
  }

  /** The test images of one type, {@link Sample#GOOD} included. */
  public List<Sample> testOf(String defectType) {
    return test.stream().filter(sample -> sample.defectType().equals(defectType)).toList();
  }
}
