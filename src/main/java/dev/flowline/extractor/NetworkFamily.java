package dev.flowline.extractor;

/** The families of networks that published settings of flows tell apart. */
public enum NetworkFamily {
  /** ResNets of basic blocks, up to ResNet-34: few channels. */
  SMALL_RESNET,
  /** Transformers of one resolution throughout, such as DeiT and CaiT. */
  PLAIN_TRANSFORMER,
  /** All others: wide and deep convolutional networks, transformers of several resolutions. */
  OTHER
}
