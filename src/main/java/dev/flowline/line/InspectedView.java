package dev.flowline.line;

/**
 * The field of view of an inspection that did not look at the whole image, or with a model that
 * does not.
 *
 * @param sha256 of the positions in view, see {@link dev.flowline.segmentation.FieldOfView#sha256}:
 *     of the fused map if the view is the model's, of the maps of the inspection if it is not
 * @param ofModel whether it is the model's own, with which region law and threshold were measured;
 *     false if they were measured with another one, so that they guarantee nothing here
 */
public record InspectedView(String sha256, boolean ofModel) {}
