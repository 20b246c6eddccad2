package dev.flowline.nn;

/**
 * The most memory that libflowline's layers may take beside a model's weights, in bytes. A layer
 * that would take more is LibTorch's: it reads the weights where they are, and is slower. Layers
 * are taken in the order in which the network asks for them, so that the same ones are packed each
 * time and results keep their bits.
 *
 * @param convolutions of an extractor
 * @param flowStages of a flow
 */
public record PackingLimits(long convolutions, long flowStages) {
  /** The limits of a model. The largest flow that is published fits: FastFlow, Wide-ResNet-50. */
  public static final PackingLimits OF_MODEL = new PackingLimits(256L << 20, 640L << 20);

  /** The limits of the model of a kept fold, of which there are several beside a model. */
  public static final PackingLimits OF_FOLD = new PackingLimits(64L << 20, 128L << 20);
}
