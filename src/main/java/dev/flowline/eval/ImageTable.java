package dev.flowline.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.flowline.calibration.OutOfRange;
import dev.flowline.io.AtomicFile;
import dev.flowline.io.CsvText;
import dev.flowline.io.ExactName;
import dev.flowline.line.Verdict;
import dev.flowline.metrics.NanAsNull;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The results of an evaluation image by image, for spreadsheets and scripts. The CSV has the form
 * of RFC 4180, in UTF-8, and is the same in every locale. What is not known is empty there, and
 * null in JSON. A text at whose beginning a spreadsheet would see a formula (= + - @, tab, carriage
 * return) stands behind an apostrophe in the CSV; JSON has it unchanged.
 */
public record ImageTable(List<Row> images) {
  private static final String COLUMNS =
      "image,type,verdict,outcome,log10Nfa,log10NfaOnDefect,log10Epsilon,pValue,anomalyScore,regions,iou,file,fileUri,outOfRange";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * An image of the table.
   *
   * @param image its name in the dataset
   * @param type its defect type, {@code good} for none
   * @param outcome the verdict beside the truth
   * @param log10Nfa the number that decided: DEFECT if it is below log10Epsilon
   * @param log10NfaOnDefect the lowest value on the defect; log10Nfa if none is marked
   * @param pValue of a good image that looks like this one, see {@link
   *     dev.flowline.line.Inspection}; null if it is not known
   * @param regions number of detected regions
   * @param iou of the detected regions and the ground truth; NaN without ground truth
   * @param file the image file
   * @param fileUri the file as a URI with the bytes of its name; null if the name is UTF-8, and
   *     {@code file} says it all
   * @param outOfRange what about its input is out of the range of the calibration images, in CSV
   *     the names alone, {@code none} for none; null if that is not known
   */
  public record Row(
      String image,
      String type,
      Verdict verdict,
      ImageOutcome.Detection outcome,
      @NanAsNull double log10Nfa,
      @NanAsNull double log10NfaOnDefect,
      double log10Epsilon,
      Double pValue,
      @NanAsNull double anomalyScore,
      int regions,
      @NanAsNull double iou,
      String file,
      String fileUri,
      List<OutOfRange> outOfRange) {
    private static Row of(ImageOutcome outcome, double log10Epsilon) {
      return new Row(
          outcome.name(),
          outcome.defectType(),
          outcome.verdict(),
          outcome.detection(),
          outcome.minLog10Nfa(),
          outcome.minLog10NfaOnDefect(),
          log10Epsilon,
          outcome.pValue(),
          outcome.anomalyScore(),
          outcome.regions(),
          outcome.iou(),
          outcome.file() == null ? null : outcome.file().toString(),
          outcome.file() == null ? null : ExactName.uriOf(outcome.file()),
          outcome.outOfRange());
    }

    private List<String> fields() {
      return List.of(
          CsvText.field(image),
          CsvText.field(type),
          verdict.name(),
          outcome.name(),
          number(log10Nfa),
          number(log10NfaOnDefect),
          number(log10Epsilon),
          number(pValue == null ? Double.NaN : pValue),
          number(anomalyScore),
          Integer.toString(regions),
          number(iou),
          CsvText.field(file == null ? "" : file),
          CsvText.field(fileUri == null ? "" : fileUri),
          CsvText.field(outOfRange == null ? "" : outOfRange.isEmpty() ? "none" : names()));
    }

    private String names() {
      return OutOfRange.names(outOfRange).replace(",", "");
    }
  }

  public ImageTable {
    images = List.copyOf(images);
  }

  /** Returns the table of an evaluation, in the order of its images. */
  public static ImageTable of(EvaluationResult result) {
    return new ImageTable(
        result.details().outcomes().stream()
            .map(outcome -> Row.of(outcome, result.log10Epsilon()))
            .toList());
  }

  /**
   * Writes {@code images.csv} and {@code images.json} into a folder.
   *
   * @throws IOException naming the file, if it cannot be written
   */
  public void write(Path folder) throws IOException {
    AtomicFile.write(folder.resolve("images.csv"), csv());
    AtomicFile.write(folder.resolve("images.json"), json() + "\n");
  }

  /** Returns the table as CSV, its columns named in the first line. */
  public String csv() {
    List<String> lines = new ArrayList<>(List.of(COLUMNS));
    images.forEach(image -> lines.add(String.join(",", image.fields())));
    return String.join("\r\n", lines) + "\r\n";
  }

  /** Returns the table as a JSON object with the list {@code images}. */
  public String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }
}
