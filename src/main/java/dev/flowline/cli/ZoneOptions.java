package dev.flowline.cli;

import dev.flowline.data.ZoneImage;
import dev.flowline.io.Image;
import dev.flowline.model.NetworkShapes;
import dev.flowline.segmentation.Zone;
import dev.flowline.segmentation.Zones;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntBiFunction;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Zones of different tolerance: they belong to the test of a model. */
@HelpGroup.In(HelpGroup.VIEW)
final class ZoneOptions {
  @Option(
      names = "--zones",
      paramLabel = "MASK",
      description =
          "Image of the shape of the images, the grey values of which name zones: see --zone (default: none; in calibrate the model's).")
  private Path image;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      converter = Wanted.Converter.class,
      description =
          "A zone of --zones as NAME=VALUE, one --zone for each value. Behind a comma may stand share=S, how large its share of the false alarms is beside the others', which have 1 if they say nothing; and smallest-area=X, in place of --smallest-area.")
  private List<Wanted> wanted = new ArrayList<>();

  @Option(
      names = "--no-zones",
      description = "Judge all places alike again, by a model that has zones.")
  private boolean none;

  /** A zone that the user wants; its smallest area is null for that of the test. */
  record Wanted(String name, int value, double share, Double smallestArea) {
    static final class Converter implements ITypeConverter<Wanted> {
      private static final int LARGEST_VALUE = 65535;

      @Override
      public Wanted convert(String text) {
        String[] words = text.split(",", -1);
        int equals = words[0].lastIndexOf('=');
        String value = words[0].substring(equals + 1).strip();
        if (equals < 1 || !value.matches("\\d{1,5}") || Integer.parseInt(value) > LARGEST_VALUE) {
          throw wrong(text);
        }
        double share = 1;
        Double area = null;
        for (int i = 1; i < words.length; i++) {
          String word = words[i].strip();
          if (word.startsWith("share=")) {
            share = number(word.substring(6), text);
          } else if (word.startsWith("smallest-area=")) {
            area = number(word.substring(14), text);
          } else {
            throw wrong(text);
          }
        }
        return new Wanted(
            words[0].substring(0, equals).strip(), Integer.parseInt(value), share, area);
      }

      private static double number(String word, String text) {
        if (!word.matches("\\d{1,9}(\\.\\d{1,9})?")) {
          throw wrong(text);
        }
        return Double.parseDouble(word);
      }

      private static TypeConversionException wrong(String text) {
        return new TypeConversionException(
            "'%s' is not NAME=VALUE, with share=S and smallest-area=X behind it, as in seal=255,share=0.5"
                .formatted(text));
      }
    }
  }

  /** Returns whether the user gave other zones, or wants none. */
  boolean given() {
    return image != null || none;
  }

  /** Returns whether a zone has a smallest area of its own. */
  boolean areaGiven() {
    return wanted.stream().anyMatch(zone -> zone.smallestArea != null && zone.smallestArea > 0);
  }

  /**
   * Refuses what cannot be meant, before anything takes time.
   *
   * @throws IllegalArgumentException naming the option
   */
  void requireBounds() {
    if (none && (image != null || !wanted.isEmpty())) {
      throw new IllegalArgumentException("--no-zones cannot be combined with --zones and --zone");
    }
    if ((image == null) != wanted.isEmpty()) {
      throw new IllegalArgumentException(
          image == null
              ? "--zone names a value of --zones, which is not given"
              : "--zones needs a --zone for each value, as in --zone seal=255,share=0.5");
    }
    if (wanted.size() > Zones.MOST) {
      throw new IllegalArgumentException(
          "--zone may be given %s times, got %s".formatted(Zones.MOST, wanted.size()));
    }
    Set<Integer> values = new LinkedHashSet<>();
    for (Wanted zone : wanted) {
      if (!(zone.share > 0)) {
        throw new IllegalArgumentException(
            "--zone: the share of %s must be above 0, got %s; --ignore leaves places out"
                .formatted(zone.name, zone.share));
      }
      if (!values.add(zone.value)) {
        throw new IllegalArgumentException(
            "--zone: two zones have the value %s".formatted(zone.value));
      }
    }
  }

  /** The number of positions that an area takes. */
  interface Positions extends ToIntBiFunction<String, Double> {}

  /**
   * Returns the zones that the user gave, without laws; null for none.
   *
   * @param first of the images
   * @param positions of the smallest area, which an option gives
   * @throws IllegalArgumentException naming the option that does not fit the images or the model
   * @throws IOException naming the file, if it cannot be read
   */
  Zones of(Image first, NetworkShapes shapes, Positions positions) throws IOException {
    if (none) {
      return null;
    }
    int height = shapes.mapHeight();
    int width = shapes.mapWidth();
    double all = wanted.stream().mapToDouble(Wanted::share).sum();
    try {
      ZoneImage read = ZoneImage.read(image);
      read.requireShapeOf(first.height(), first.width());
      List<Integer> values = wanted.stream().map(Wanted::value).toList();
      read.requireValues(values);
      List<Zone> zones = new ArrayList<>();
      for (Wanted zone : wanted) {
        Integer smallest =
            zone.smallestArea == null
                ? null
                : (Integer) positions.applyAsInt("--zone " + zone.name, zone.smallestArea);
        zones.add(new Zone(zone.name, zone.share / all, smallest, null));
      }
      return new Zones(height, width, read.at(height, width, values), zones);
    } catch (IllegalArgumentException e) {
      throw e.getMessage().startsWith("--")
          ? e
          : new IllegalArgumentException("--zones: " + e.getMessage(), e);
    }
  }
}
