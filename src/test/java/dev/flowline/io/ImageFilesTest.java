package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {
  @TempDir Path folder;

  @BeforeEach
  void files() throws IOException {
    for (String name : List.of("b/2.png", "b/1.jpg", "a.png", "notes.txt", "found/old.png")) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "");
    }
  }

  private List<Path> names(List<Path> arguments, Path output) {
    return ImageFiles.list(arguments, output).images().stream().map(ListedImage::name).toList();
  }

  @Test
  void imagesBelowAFolderAreSortedAndResultsLeftOut() {
    assertEquals(
        List.of(Path.of("a.png"), Path.of("b/1.jpg"), Path.of("b/2.png")),
        names(List.of(folder), folder.resolve("found")));
    assertEquals(4, names(List.of(folder), null).size());
  }

  @Test
  void whatIsNoImageIsLeftOutAndNamed() throws Exception {
    Path pipe = folder.resolve("b/pipe.png");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    assertEquals(
        List.of(pipe, folder.resolve("notes.txt")),
        ImageFiles.list(List.of(folder), null).leftOut());
    Path texts = Files.createDirectories(folder.resolve("texts"));
    Path text = Files.writeString(texts.resolve("a.txt"), "text");
    assertEquals("no image in " + texts + ": it holds " + text, list(texts).get(0).error());
  }

  @Test
  void whatSystemsLeaveBehindIsNotListed() throws IOException {
    for (String left :
        List.of(
            "._a.png",
            ".hidden.png",
            ".ipynb_checkpoints/a.png",
            "__MACOSX/._a.png",
            "__MACOSX/a.png",
            "b/Thumbs.db",
            "Desktop.ini",
            "@eaDir/a.png")) {
      Path file = folder.resolve(left);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "");
    }
    ImageFiles found = ImageFiles.list(List.of(folder), folder.resolve("found"));
    assertEquals(3, found.images().size(), found.toString());
    assertEquals(List.of(folder.resolve("notes.txt")), found.leftOut());
    Path hidden = folder.resolve(".ipynb_checkpoints");
    assertEquals(1, list(hidden).size(), "a hidden folder that is named is listed");
  }

  /** A line break, and a byte that is no UTF-8, made by the shell. */
  @Test
  void oddNamesAreListedInOneLine() throws Exception {
    String script =
        "printf '' > \"$(printf 'line\\nbreak.png')\"; printf '' > \"$(printf 'b\\377.png')\"";
    Path odd = Files.createDirectory(folder.resolve("odd"));
    assertEquals(
        0, new ProcessBuilder("sh", "-c", script).directory(odd.toFile()).start().waitFor());
    List<ListedImage> listed = list(odd);
    assertEquals(2, listed.size());
    assertTrue(listed.stream().allMatch(image -> Files.isRegularFile(image.file())));
    Path broken = Files.writeString(odd.resolve("line\nbreak.txt"), "");
    assertEquals(1, FileNames.of(List.of(broken)).lines().count());
  }

  @Test
  void aFileIsListedWhetherItIsAnImageOrNot() {
    Path file = folder.resolve("notes.txt");
    assertEquals(List.of(new ListedImage(file, Path.of("notes.txt"), null)), list(file));
  }

  @Test
  void aLinkIsFollowedAndALoopEnds() throws IOException {
    Path linked = Files.createDirectory(folder.resolve("linked"));
    Files.createSymbolicLink(linked.resolve("parts"), folder.resolve("b"));
    Files.createSymbolicLink(linked.resolve("loop"), linked);
    assertEquals(
        List.of(Path.of("parts/1.jpg"), Path.of("parts/2.png")), names(List.of(linked), null));
  }

  @Test
  void aFolderWithoutImagesIsAnEntryWithItsError() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    List<ListedImage> listed = list(empty);
    assertEquals(1, listed.size());
    assertEquals("no image in " + empty, listed.get(0).error());
  }

  @Test
  void resultsThatWouldOverwriteAnythingAreRefused() {
    Path output = folder.resolve("found");
    assertRefused("another folder", List.of(output), output);
    assertRefused("the same name", List.of(folder.resolve("b"), folder.resolve("b/2.png")), output);
  }

  private static void assertRefused(String why, List<Path> arguments, Path output) {
    var refused =
        assertThrows(IllegalArgumentException.class, () -> ImageFiles.list(arguments, output));
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  private static List<ListedImage> list(Path argument) {
    return ImageFiles.list(List.of(argument), null).images();
  }
}
