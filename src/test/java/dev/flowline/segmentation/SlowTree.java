package dev.flowline.segmentation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The component tree and the paper's procedures 1 and 2, literally: threshold at every level, flood
 * the components, prune and merge until nothing changes.
 */
final class SlowTree {
  /** A connected component of {map ≥ altitude}. */
  static final class Node {
    final BitSet pixels;
    final float altitude;
    Node parent;
    final List<Node> children = new ArrayList<>();

    Node(BitSet pixels, float altitude) {
      this.pixels = pixels;
      this.altitude = altitude;
    }

    int area() {
      return pixels.cardinality();
    }
  }

  /** Every node, the root first, parents before children. */
  final List<Node> nodes = new ArrayList<>();

  private SlowTree() {}

  static SlowTree of(float[] map, int height, int width, int connectivity) {
    SlowTree tree = new SlowTree();
    Map<Integer, Node> holder = new HashMap<>(); // the smallest node so far that holds a pixel
    float[] levels = map.clone();
    for (int i = 0; i < levels.length; i++) {
      levels[i] += 0.0f;
    }
    Arrays.sort(levels);
    for (int i = 0; i < levels.length; i++) {
      if (i > 0 && levels[i] == levels[i - 1]) {
        continue;
      }
      for (BitSet component : components(map, levels[i], height, width, connectivity)) {
        float level = levels[i];
        if (component.stream().noneMatch(pixel -> map[pixel] == level)) {
          continue;
        }
        Node node = new Node(component, level);
        node.parent = holder.get(component.nextSetBit(0));
        if (node.parent != null) {
          node.parent.children.add(node);
        }
        component.stream().forEach(pixel -> holder.put(pixel, node));
        tree.nodes.add(node);
      }
    }
    return tree;
  }

  /** The connected components of {map ≥ level}. */
  static List<BitSet> components(
      float[] map, float level, int height, int width, int connectivity) {
    List<BitSet> components = new ArrayList<>();
    boolean[] seen = new boolean[map.length];
    int[] stack = new int[map.length];
    for (int start = 0; start < map.length; start++) {
      if (seen[start] || map[start] < level) {
        continue;
      }
      BitSet component = new BitSet();
      int top = 0;
      stack[top++] = start;
      seen[start] = true;
      while (top > 0) {
        int pixel = stack[--top];
        component.set(pixel);
        for (int dy = -1; dy <= 1; dy++) {
          for (int dx = -1; dx <= 1; dx++) {
            int y = pixel / width + dy;
            int x = pixel % width + dx;
            boolean near = connectivity == 8 || Math.abs(dx) + Math.abs(dy) == 1;
            if (!near || y < 0 || x < 0 || y >= height || x >= width) {
              continue;
            }
            int neighbour = y * width + x;
            if (!seen[neighbour] && map[neighbour] >= level) {
              seen[neighbour] = true;
              stack[top++] = neighbour;
            }
          }
        }
      }
      components.add(component);
    }
    return components;
  }

  /** The leaves after pruning and merging, by their smallest pixel; destroys the tree. */
  List<Node> select(ToDoubleFunction<Node> value) {
    boolean changed = true;
    while (changed) {
      changed = prune(value) | merge(value);
    }
    return nodes.stream()
        .filter(node -> node.children.isEmpty())
        .sorted(Comparator.comparingInt(node -> node.pixels.nextSetBit(0)))
        .toList();
  }

  private boolean prune(ToDoubleFunction<Node> value) {
    boolean changed = false;
    for (Node leaf : List.copyOf(nodes)) {
      if (!leaf.children.isEmpty() || !nodes.contains(leaf)) {
        continue;
      }
      List<Node> branch = new ArrayList<>(List.of(leaf));
      for (Node up = leaf.parent; up != null && up.children.size() == 1; up = up.parent) {
        branch.add(up);
      }
      Node best = leaf;
      for (Node node : branch) {
        if (value.applyAsDouble(node) < value.applyAsDouble(best)) {
          best = node;
        }
      }
      for (Node node : branch) {
        if (node != best) {
          remove(node);
          changed = true;
        }
      }
    }
    return changed;
  }

  private boolean merge(ToDoubleFunction<Node> value) {
    boolean changed = false;
    for (Node node : List.copyOf(nodes)) {
      List<Node> children = node.children;
      if (children.isEmpty() || children.stream().anyMatch(child -> !child.children.isEmpty())) {
        continue;
      }
      double own = value.applyAsDouble(node);
      if (children.stream().allMatch(child -> own <= value.applyAsDouble(child))) {
        nodes.removeAll(children);
        children.clear();
        changed = true;
      }
    }
    return changed;
  }

  private void remove(Node node) {
    nodes.remove(node);
    if (node.parent != null) {
      node.parent.children.remove(node);
      node.parent.children.addAll(node.children);
    }
    node.children.forEach(child -> child.parent = node.parent);
  }
}
