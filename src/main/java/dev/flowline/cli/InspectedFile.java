package dev.flowline.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.flowline.io.ExactName;
import dev.flowline.line.Inspection;
import java.nio.file.Path;

/**
 * A line of {@code inspect}: an image file with its inspection, or with what went wrong.
 *
 * @param image the file, as it was named
 * @param imageUri the file as a URI with the bytes of its name; null if the name is UTF-8, and
 *     {@code image} says it all
 * @param inspection whose fields stand in the line itself; null if the image was not inspected
 * @param error in one line; null for none. Beside an inspection: its pictures could not be written
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"image", "imageUri", "inspection", "error"})
record InspectedFile(
    String image, String imageUri, @JsonUnwrapped Inspection inspection, String error) {
  /** Returns the line of a file. */
  static InspectedFile of(Path file, Inspection inspection, String error) {
    return new InspectedFile(file.toString(), ExactName.uriOf(file), inspection, error);
  }
}
