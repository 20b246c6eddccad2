package dev.flowline.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelFileTest {
  private static final String HEAD = "part,reference,appraiser,trial,decision\n";

  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("labels.csv"), text);
  }

  private String refused(Path file) {
    String message = assertThrows(IOException.class, () -> LabelFile.read(file)).getMessage();
    assertTrue(message.startsWith("cannot read labels of " + file + ": "), message);
    assertFalse(message.contains("\n"), message);
    return message.substring(("cannot read labels of " + file + ": ").length());
  }

  @Test
  void decisionsAreReadAsSpreadsheetsWriteThem() throws IOException {
    Path file =
        file(
            "\ufeffTrial;Decision;Note;Part;Reference;Appraiser\r\n"
                + "1;OK;\"a; b\";p 1;good;Ann\r\n"
                + "2;Not inspected;;p 1;PASS;Ann\r\n\r\n"
                + "1;reject;;p 2;nok;Ann\r\n");
    assertEquals(
        List.of(
            new Appraisal("p 1", false, "Ann", 1, Decision.GOOD),
            new Appraisal("p 1", false, "Ann", 2, Decision.UNDECIDED),
            new Appraisal("p 2", true, "Ann", 1, Decision.DEFECT)),
        LabelFile.read(file));
  }

  /** What a report's decisions.csv holds is the same study again. */
  @Test
  void theTableOfDecisionsIsReadAgain() throws IOException {
    AttributeStudy study =
        AttributeStudy.of(
            List.of(
                new Appraisal("=good, \"1\"", false, "a\nb", 1, Decision.GOOD),
                new Appraisal("d", true, "a\nb", 7, Decision.UNDECIDED)));
    assertEquals(study, AttributeStudy.of(LabelFile.read(file(new DecisionTable(study).csv()))));
    AttributeStudy aiag = PublishedStudies.aiag();
    assertEquals(aiag, AttributeStudy.of(LabelFile.read(file(new DecisionTable(aiag).csv()))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "p,good,Ann,1|line 2: it has 4 fields, and the first line has 5",
        "p,good,Ann,1,maybe|line 2: decision must be good, defect or undecided, got 'maybe'",
        "p,1,Ann,1,1|line 2: reference must be good, defect, got '1': which of 0 and 1 is good is not known",
        "p,undecided,Ann,1,good|line 2: the reference must be good or defect, got undecided",
        "p,good,,1,good|line 2: appraiser is empty",
        "p,good,Ann,first,good|line 2: trial must be a whole number, got 'first'",
        "p,good,\"Ann,1,good|line 2: a quotation mark has no partner"
      })
  void aBrokenLineIsNamed(String line, String why) throws IOException {
    assertEquals(why, refused(file(HEAD + line + "\n")));
  }

  @Test
  void linesThatContradictEachOtherAreNamed() throws IOException {
    String first = HEAD + "p,good,Ann,1,good\n";
    assertEquals(
        "line 3: trial 1 of part p by Ann stands on line 2 too: number the trials of a part",
        refused(file(first + "p,good,Ann,1,defect\n")));
    assertEquals(
        "line 4: part p has another reference on line 2",
        refused(file(first + "\np,defect,Ben,1,good\n")));
  }

  @Test
  void aFileThatIsNoTableIsNamed() throws IOException {
    assertEquals(
        "line 1: column trial is missing: the first line names the columns part, reference, appraiser, trial, decision",
        refused(file("part,reference,appraiser,decision\n")));
    assertEquals(
        "line 1: column part is there twice: the first line names the columns part, reference, appraiser, trial, decision",
        refused(file("part," + HEAD)));
    assertTrue(refused(file("")).startsWith("line 1: the file is empty"));
    assertEquals("line 1: no decision follows the names of the columns", refused(file(HEAD)));
    assertEquals("no such file", refused(folder.resolve("none.csv")));
    assertEquals("it is no file", refused(folder));
    Path latin = folder.resolve("latin.csv");
    Files.write(latin, (HEAD + "p\u00e4rt,good,A,1,good").getBytes(StandardCharsets.ISO_8859_1));
    assertEquals("it is not UTF-8: save it as CSV in UTF-8", refused(latin));
  }
}
