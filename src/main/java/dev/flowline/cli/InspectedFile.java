package dev.flowline.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.flowline.line.Inspection;

/**
 * A line of {@code inspect}: an image file with its inspection, or with what went wrong.
 *
 * @param image the file, as it was named
 * @param inspection whose fields stand in the line itself; null if the image was not inspected
 * @param error in one line; null for none. Beside an inspection: its pictures could not be written
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"image", "inspection", "error"})
record InspectedFile(String image, @JsonUnwrapped Inspection inspection, String error) {}
