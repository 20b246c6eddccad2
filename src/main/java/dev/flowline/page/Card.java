package dev.flowline.page;

import gg.jte.Content;
import java.util.List;

/**
 * A chart with its title, its key and a sentence on how to read it.
 *
 * @param keys what each mark of the chart stands for
 */
public record Card(String title, Content chart, List<Key> keys, String reading) {
  /**
   * An entry of a chart's key.
   *
   * @param css class of the mark
   * @param text what the mark stands for
   */
  public record Key(String css, String text) {}
}
