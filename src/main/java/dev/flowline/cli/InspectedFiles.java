package dev.flowline.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.drift.Drift;
import dev.flowline.line.LotStatement;
import java.util.List;

/**
 * The answer of {@code inspect --json}.
 *
 * @param inspections one for each image, in their order
 * @param drift after the last of them; null if it is not watched
 * @param lot the statement on all of them; null for a single image, unless a false-discovery rate
 *     was requested
 * @param filesLeftOut what lay in the folders and is no image; null for nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record InspectedFiles(
    List<InspectedFile> inspections, Drift drift, LotStatement lot, List<String> filesLeftOut) {}
