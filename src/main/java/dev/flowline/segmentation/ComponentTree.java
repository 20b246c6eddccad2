package dev.flowline.segmentation;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import java.util.Arrays;

/**
 * The component tree of the upper level sets of a map (max-tree). A node is a connected component
 * of {map ≥ altitude}; its proper pixels are those at the altitude itself. Nodes are numbered in
 * ascending order of (altitude, first proper pixel): a parent before its children, 0 the root.
 *
 * @param nodeOfPixel for each pixel, row-major: the node whose proper pixel it is
 * @param parent of each node, −1 for the root
 * @param altitude of each node
 * @param area of each node: all pixels of the component
 */
public record ComponentTree(int[] nodeOfPixel, int[] parent, float[] altitude, int[] area) {
  /**
   * Returns the tree of a map.
   *
   * @param map (height, width), finite
   * @param connectivity 4 or 8
   * @throws IllegalArgumentException if an argument is out of bounds
   * @throws FlowlineException if the map is not finite
   */
  public static ComponentTree of(float[] map, int height, int width, int connectivity) {
    if ((long) height * width != map.length) {
      throw new IllegalArgumentException(
          "map must have height * width = "
              + height
              + " * "
              + width
              + " values, got "
              + map.length);
    }
    int[] nodeOfPixel = new int[map.length];
    int[] parent = new int[map.length];
    float[] altitude = new float[map.length];
    int[] area = new int[map.length];
    int[] nodes = new int[1];
    try (NativeContext context = new NativeContext(1)) {
      FlowlineException.check(
          LibFlowline.flowline_component_tree(
              context.handle(),
              map,
              height,
              width,
              connectivity,
              nodeOfPixel,
              parent,
              altitude,
              area,
              nodes));
    }
    return new ComponentTree(
        nodeOfPixel,
        Arrays.copyOf(parent, nodes[0]),
        Arrays.copyOf(altitude, nodes[0]),
        Arrays.copyOf(area, nodes[0]));
  }
}
