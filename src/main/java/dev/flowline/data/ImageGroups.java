package dev.flowline.data;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The groups of samples when sets of images that are alike join those that the samples have: what
 * shares an image, or a chain of images, is one group, named after its first group or image.
 */
final class ImageGroups {
  private final Map<Object, Object> joined = new HashMap<>(); // to an earlier member, or itself

  private ImageGroups() {}

  /** Returns the samples, those of the sets and of groups that these touch in their new groups. */
  static List<Sample> of(List<Sample> samples, List<List<Path>> alike) {
    Map<Path, Object> keys = new HashMap<>();
    samples.forEach(sample -> keys.put(sample.image(), key(sample)));
    ImageGroups groups = new ImageGroups();
    for (List<Path> set : alike) {
      set.forEach(image -> groups.join(keys.get(set.get(0)), keys.get(image)));
    }
    return samples.stream()
        .map(
            sample ->
                groups.joined.containsKey(key(sample))
                    ? sample.inGroup(groups.first(key(sample)).toString())
                    : sample)
        .toList();
  }

  /**
   * Returns the warning of a dataset with groups of two or more images.
   *
   * @param members what is alike, as in "frames of a clip"
   */
  static String warning(String members) {
    return "%s are alike: they are learned from or held out together, and a guaranteed false-alarm rate, which supposes that images are independent, is a guide only"
        .formatted(members);
  }

  /** Returns what an image has in common with those of its group; another for each group. */
  static Object key(Sample sample) {
    return sample.group() == null ? sample.image() : sample.group();
  }

  private void join(Object one, Object other) {
    joined.put(first(other), first(one));
  }

  private Object first(Object key) {
    Object next = joined.computeIfAbsent(key, itself -> itself);
    while (next != joined.get(next)) {
      next = joined.get(next);
    }
    return next;
  }
}
