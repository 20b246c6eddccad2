package dev.flowline.eval;

import dev.flowline.metrics.NanAsNull;

/**
 * One defect type's images against all good images. NaN (in JSON null) where unknown.
 *
 * @param images how many images show it
 * @param imagesFound how many of them are called defective
 * @param meanIouOfDefectImages automatic mean IoU over its own images alone
 */
public record DefectTypeResult(
    int images,
    int imagesFound,
    @NanAsNull double pixelAuroc,
    @NanAsNull double imageAuroc,
    @NanAsNull double aupro,
    MeanIouByThreshold meanIou,
    @NanAsNull double meanIouOfDefectImages) {}
