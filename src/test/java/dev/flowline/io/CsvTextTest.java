package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTextTest {
  @ParameterizedTest
  @ValueSource(strings = {"plain", "a,b", "say \"yes\"", "two\nlines", "=1+1", "-3", "@x", "it's"})
  void whatIsWrittenIsReadAgain(String text) {
    String line = CsvText.field(text) + "," + CsvText.field("end") + "\r\n";
    List<CsvText.CsvRow> rows = CsvText.lines(line, ',');
    assertEquals(List.of(new CsvText.CsvRow(1, List.of(text, "end"), true)), rows);
  }

  @Test
  void rowsKnowTheirLines() {
    List<CsvText.CsvRow> rows = CsvText.lines("a;b\n\n \"x\ny\" ; 2\r\n;\nlast;", ';');
    assertEquals(
        "1 [a, b], 3 [x\ny, 2], 6 [last, ]",
        rows.stream()
            .map(row -> row.line() + " " + row.fields())
            .collect(Collectors.joining(", ")));
  }

  @Test
  void aQuotationMarkWithoutPartnerIsKnown() {
    List<CsvText.CsvRow> rows = CsvText.lines("a,b\n\"c,d\ne,f\n", ',');
    assertEquals(2, rows.size());
    assertEquals(2, rows.get(1).line());
    assertFalse(rows.get(1).closed());
  }
}
