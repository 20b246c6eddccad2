package dev.flowline.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A dataset whose photos of one part a file names. */
class GroupFileTest {
  @TempDir Path folder;

  private static Sample train(int image) {
    return Sample.good(Path.of("set/train/good/%03d.png".formatted(image)));
  }

  private static Dataset dataset(List<Sample> train, Sample... test) {
    return new Dataset("set", train, List.of(test), List.of("as before"));
  }

  private static Dataset dataset(int images) {
    return dataset(IntStream.range(0, images).mapToObj(GroupFileTest::train).toList());
  }

  private Path file(Stream<String> rows) throws IOException {
    return Files.write(
        folder.resolve("parts.csv"), Stream.concat(Stream.of("file,group"), rows).toList());
  }

  private Dataset grouped(Dataset dataset, String... rows) throws IOException {
    return GroupFile.over(file(Stream.of(rows)), List.of(dataset)).get(0);
  }

  /** Photos of 7 parts in turn, and the last image alone. */
  private Dataset sevenParts() throws IOException {
    Stream<String> rows =
        IntStream.range(0, 36).mapToObj(i -> "%03d.png,%s".formatted(i, i == 35 ? "x" : i % 7));
    return GroupFile.over(file(rows), List.of(dataset(36))).get(0);
  }

  @Test
  void splitAndFoldsNeverSeparateAGroup() throws IOException {
    Dataset set = sevenParts();
    assertEquals(8, set.groupsToLearnFrom());
    assertEquals(36, set.train().size());
    for (long seed = 0; seed < 30; seed++) {
      Split split = Split.of(set.train(), 0.3, 0.3, seed);
      Folds folds = Folds.of(set.train().stream().map(Sample::group).toList(), 4, seed);
      assertTrue(split.validation().size() > 4 && split.calibration().size() > 4);
      for (int part = 0; part < 7; part++) {
        Path first = train(part).image();
        for (int image = part + 7; image < 35; image += 7) {
          Path other = train(image).image();
          for (List<Sample> share : List.of(split.fit(), split.validation(), split.calibration())) {
            assertEquals(has(share, first), has(share, other), "part " + part + ", seed " + seed);
          }
          for (List<Integer> held : folds.held()) {
            assertEquals(held.contains(part), held.contains(image), "part " + part);
          }
        }
      }
    }
  }

  private static boolean has(List<Sample> share, Path image) {
    return share.stream().anyMatch(sample -> sample.image().equals(image));
  }

  @Test
  void whatTheRateMeansIsSaidIfAGroupHasSeveralImages() throws IOException {
    List<String> warnings = sevenParts().warnings();
    assertEquals(2, warnings.size(), warnings.toString());
    assertEquals("as before", warnings.get(0));
    assertTrue(
        warnings.get(1).startsWith("images of a group are alike")
            && warnings.get(1).endsWith("is a guide only"),
        warnings.get(1));
    Dataset alone = grouped(dataset(3), "000.png,a", "001.png,b", "002.png,c");
    assertEquals(List.of("as before"), alone.warnings());
    assertEquals(3, alone.groupsToLearnFrom());
  }

  @Test
  void nearDuplicatesJoinTheGroups() throws IOException {
    String[] rows = {"000.png,a", "001.png,a", "002.png,b", "003.png,b", "004.png,c", "005.png,d"};
    Dataset set = grouped(dataset(6), rows);
    Dataset joined = set.grouped(List.of(List.of(train(1).image(), train(3).image())));
    assertEquals(3, joined.groupsToLearnFrom());
    List<String> groups = joined.train().stream().map(Sample::group).toList();
    assertEquals(List.of("a", "a", "a", "a", "c", "d"), groups);
  }

  /** A patient and a part of one name have nothing in common. */
  @Test
  void groupsOfALayoutJoinThoseOfTheFile() throws IOException {
    List<Sample> slices = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      slices.add(train(i).inGroup("patient " + i / 2));
    }
    Dataset set =
        grouped(
            dataset(slices),
            "000.png,patient 2",
            "001.png,p",
            "002.png,p",
            "003.png,q",
            "004.png,r",
            "005.png,s");
    assertEquals(
        List.of("patient 0", "patient 0", "patient 0", "patient 0", "patient 2", "patient 2"),
        set.train().stream().map(Sample::group).toList());
  }

  /** A line of a training image says nothing about a test image of the same name. */
  @Test
  void testImagesOfPartsThatAreLearnedFromAreNamed() throws IOException {
    Sample twin = Sample.good(Path.of("set/test/good/007.png"));
    Sample namesake = Sample.good(Path.of("set/test/good/000.png"));
    Sample other = new Sample(Path.of("set/test/hole/008.png"), new Mask.None(), "hole");
    Dataset set =
        dataset(
            IntStream.range(0, 3).mapToObj(GroupFileTest::train).toList(), twin, namesake, other);
    Dataset grouped =
        grouped(set, "000.png,a", "001.png,b", "002.png,c", "007.png,b", "008.png,another");
    String warning = grouped.warnings().get(grouped.warnings().size() - 1);
    assertEquals(
        "1 of 3 test images are in groups of training images, and figures with them mislead: 007.png",
        warning.replaceAll("\\S*/", ""));
    assertEquals(List.of(twin, namesake, other), grouped.test());
  }

  /** A name is ambiguous if two categories have it, and each line is for one image. */
  @Test
  void categoriesShareAFile() throws IOException {
    Dataset gears = dataset(2);
    Dataset nuts = new Dataset("nuts", List.of(nut(0), nut(1)), List.of(), List.of());
    Path whole = file(Stream.of("good/000.png,1", "good/001.png,1", "nut/0.png,1", "nut/1.png,2"));
    List<Dataset> both = GroupFile.over(whole, List.of(gears, nuts));
    assertEquals(1, both.get(0).groupsToLearnFrom());
    assertEquals(2, both.get(1).groupsToLearnFrom());
    assertEquals(1, both.get(0).warnings().size() - 1);
    assertEquals(List.of(), both.get(1).warnings());
  }

  private static Sample nut(int image) {
    return Sample.good(Path.of("nut/%s.png".formatted(image)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "file,group;000.png,a | no line of",
        "file,group;000.png,a;001.png,b;good/001.png,b | stands on line 3 too",
        "file,group;000.png,a;001.png | line 3: it has 1 fields",
        "file,group;000.png,a;001.png, | line 3: group is empty",
        "file,part;000.png,a;001.png,b | column group is missing",
        "file,group;000.png,a;/,b | line 3: file must be the name of an image"
      })
  void aFaultIsOneLineThatNamesTheFile(String text, String wanted) throws IOException {
    Path file = Files.writeString(folder.resolve("bad.csv"), text.replace(';', '\n'));
    Exception fault =
        assertThrows(Exception.class, () -> GroupFile.over(file, List.of(dataset(2))));
    assertTrue(fault.getMessage().contains(wanted), fault.getMessage());
    assertTrue(fault.getMessage().contains(file.toString()), fault.getMessage());
    assertEquals(1, fault.getMessage().lines().count());
  }

  @Test
  void imagesInGroupsAreNotDealtAnew() throws IOException {
    Dataset set = grouped(dataset(2), "000.png,\"a\nb\"", "001.png,c");
    String refused =
        assertThrows(IllegalArgumentException.class, () -> set.resplit(1)).getMessage();
    assertTrue(refused.contains("come in groups"), refused);
    assertEquals(1, refused.lines().count(), refused);
  }
}
