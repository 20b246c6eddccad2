package dev.flowline.line;

import java.util.Optional;

/**
 * The answer of an {@link InspectionLine} about a part.
 *
 * @param frame as it was handed in
 * @param inspection the record of the part, with {@link Inspection#line}
 * @param details the maps of the part; empty if nothing was judged
 * @param fault what was thrown; empty unless the verdict is {@link Verdict#FAILED}
 */
public record LineAnswer(
    Frame frame,
    Inspection inspection,
    Optional<DetailedInspection> details,
    Optional<Throwable> fault) {}
