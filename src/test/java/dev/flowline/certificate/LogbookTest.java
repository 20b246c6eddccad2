package dev.flowline.certificate;

import static dev.flowline.certificate.CertifiedLine.anew;
import static dev.flowline.certificate.CertifiedLine.digest;
import static dev.flowline.certificate.CertifiedLine.drift;
import static dev.flowline.certificate.CertifiedLine.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.ChildJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogbookTest {
  private static final int ENTRIES = 40;

  @TempDir Path folder;

  /** Three watches of one model, the last with drift. */
  private Path threeLines() throws IOException {
    Path file = folder.resolve("gear.logbook.jsonl");
    for (boolean detected : new boolean[] {false, false, true}) {
      Logbook.append(file, entry("drift", "gear", drift(detected)));
    }
    return file;
  }

  @Test
  void eachLineHasTheDigestThatSha256sumPrintsOfTheLineBefore() throws Exception {
    Path file = threeLines();
    Logbook logbook = Logbook.read(file);
    assertEquals(3, logbook.entries().size());
    assertEquals(null, logbook.entries().get(0).previous());
    for (int line = 1; line <= 3; line++) {
      assertEquals(line, logbook.entries().get(line - 1).line());
      String next = line < 3 ? logbook.entries().get(line).previous() : logbook.lastSha256();
      Process sum =
          new ProcessBuilder("sh", "-c", "sed -n " + line + "p '" + file + "' | sha256sum").start();
      String printed = new String(sum.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertEquals(next, printed.substring(0, 64));
    }
    assertEquals(
        "good parts have changed since about image 030.png, noticed at 030.png: energy of scale 0 is higher",
        logbook.entries().get(2).observation().inWords());
  }

  private void assertAltered(String words, Consumer<List<String>> change) throws IOException {
    Path file = threeLines();
    String whole = Files.readString(file);
    List<String> lines = new ArrayList<>(whole.lines().toList());
    change.accept(lines);
    Files.write(file, lines);
    IOException read = assertThrows(IOException.class, () -> Logbook.read(file));
    assertTrue(
        read.getMessage().startsWith(file + " is no logbook, or an altered one: line "),
        read.getMessage());
    assertTrue(read.getMessage().contains(words), read.getMessage());
    assertEquals(1, read.getMessage().lines().count());
    String altered = Files.readString(file);
    IOException append =
        assertThrows(
            IOException.class, () -> Logbook.append(file, entry("drift", "gear", drift(false))));
    assertEquals(read.getMessage(), append.getMessage());
    assertEquals(altered, Files.readString(file), "an altered logbook stays as it is");
    Files.delete(file);
  }

  @Test
  void aLineThatWasChangedRemovedAddedOrMovedIsNoticed() throws IOException {
    assertAltered("line 2: it does not follow", lines -> lines.remove(1));
    assertAltered("line 1: it does not follow", lines -> lines.remove(0));
    assertAltered(
        "line 3: it does not follow",
        lines -> lines.set(1, lines.get(1).replace("12:00", "12:01")));
    assertAltered("line 1: it does not follow", lines -> Collections.swap(lines, 0, 1));
    assertAltered("line 4: it does not follow", lines -> lines.add(lines.get(2)));
    assertAltered("line 2: it cannot be read", lines -> lines.add(1, ""));
    assertAltered(
        "line 3: it cannot be read",
        lines -> lines.set(2, lines.get(2).replace("\"drift\",\"drift\"", "\"dream\",\"drift\"")));
    assertAltered("line 3: it is no entry", lines -> lines.set(2, "null"));
    assertAltered("line 2: it cannot be read", lines -> lines.set(1, lines.get(1) + "{}"));
  }

  /** Nobody sees it from the logbook alone: therefore certificates hold number and digest. */
  @Test
  void lastLinesThatWereRemovedAreNoticedByTheDigestThatSomebodyHasNoted() throws IOException {
    Path file = threeLines();
    Logbook before = Logbook.read(file);
    Files.write(file, Files.readAllLines(file).subList(0, 2));
    Logbook after = Logbook.read(file);
    assertEquals(2, after.entries().size());
    assertEquals(before.entries().get(2).previous(), after.lastSha256());
  }

  @Test
  void theLogbookOfAnotherModelIsRefusedAndStaysAsItIs() throws IOException {
    Path file = threeLines();
    String before = Files.readString(file);
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Logbook.append(file, entry("drift", "other", drift(false))));
    assertEquals(
        "%s is the logbook of another model (SHA-256 %s), not of this one (SHA-256 %s): name another file with --logbook"
            .formatted(file, digest("gear"), digest("other")),
        e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> Logbook.append(file, entry("calibrate", "gear", anew("other"))));
    assertEquals(before, Files.readString(file));
  }

  /** The models that calibrations have made of one another are one line of models. */
  @Test
  void aLogbookGoesOnWithTheModelThatWasCalibratedAnew() throws IOException {
    Path file = threeLines();
    Logbook.append(file, entry("calibrate", "gear 2", anew("gear")));
    Logbook.append(file, entry("drift", "gear 2", drift(false)));
    Logbook.append(file, entry("drift", "gear", drift(false)));
    Logbook.append(file, entry("calibrate", "gear 3", anew("gear 2")));
    Logbook logbook = Logbook.read(file);
    for (String model : List.of("gear", "gear 2", "gear 3")) {
      logbook.requireOf(digest(model));
    }
    assertThrows(IllegalArgumentException.class, () -> logbook.requireOf(digest("gear 4")));
    assertEquals(4, logbook.about(digest("gear")).size());

    Path begun = folder.resolve("begun.jsonl");
    Logbook.append(begun, entry("calibrate", "gear 2", anew("gear")));
    Logbook.read(begun).requireOf(digest("gear"));
    Logbook.append(begun, entry("drift", "gear", drift(false)));
  }

  /** Appends entries to a logbook. */
  static final class Appender {
    public static void main(String[] arguments) throws IOException {
      for (int i = 0; i < ENTRIES; i++) {
        Logbook.append(Path.of(arguments[0]), entry("drift", "gear", drift(false)));
      }
    }
  }

  @Test
  void twoProcessesMakeOneChain() throws Exception {
    Path file = folder.resolve("gear.logbook.jsonl");
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(ChildJvm.of(Appender.class, 0, List.of("-Xmx128m"), file.toString()).start());
    }
    for (Process process : processes) {
      String output = new String(process.getInputStream().readAllBytes());
      assertEquals(0, process.waitFor(), output);
    }
    assertEquals(2 * ENTRIES, Logbook.read(file).entries().size());
  }
}
