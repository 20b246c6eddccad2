package dev.flowline.cli;

import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.calibration.GroupMix;
import dev.flowline.calibration.Recalibrator;
import dev.flowline.data.GroupFile;
import dev.flowline.data.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The mix in which groups of parts will come. */
@HelpGroup.In(HelpGroup.THRESHOLD)
final class MixOption {
  @Option(
      names = "--mix",
      paramLabel = "A=X,B=Y",
      converter = Converter.class,
      description =
          "Shares in which groups of parts will come, as in daylight=0.2,lamp=0.8, if they are not those of the good images. A group is the folder that an image lies in, or what --groups says (default: parts come as the images do).")
  private GroupMix mix;

  @Option(
      names = "--groups",
      paramLabel = "FILE",
      description =
          "CSV file with the columns file and group: of which group of --mix each good image is (default: the folder that it lies in).")
  private Path groups;

  static final class Converter implements ITypeConverter<GroupMix> {
    @Override
    public GroupMix convert(String text) {
      Map<String, Double> shares = new LinkedHashMap<>();
      for (String word : text.split(",", -1)) {
        int equals = word.lastIndexOf('=');
        String share = word.substring(equals + 1).strip();
        if (equals < 1 || !share.matches("\\d{0,3}(\\.\\d{1,9})?") || share.isEmpty()) {
          throw new TypeConversionException(
              "'%s' is not A=X,B=Y: names of groups with their shares".formatted(text));
        }
        String name = word.substring(0, equals).strip();
        if (shares.put(name, Double.parseDouble(share)) != null) {
          throw new TypeConversionException("'%s' names %s twice".formatted(text, name));
        }
      }
      try {
        return new GroupMix(shares);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Returns the mix; null without one. */
  GroupMix value() {
    return mix;
  }

  /**
   * Returns the group of each image.
   *
   * @throws IOException naming the file of groups, if it cannot be read
   * @throws IllegalArgumentException if it does not name an image
   */
  Function<Sample, String> groups(List<Sample> images) throws IOException {
    return groups == null ? Recalibrator.FOLDER : GroupFile.read(groups, images);
  }

  /**
   * Refuses a mix with a confidence, and groups without a mix.
   *
   * @throws IllegalArgumentException naming the options
   */
  void requireAlone(FalseAlarmRate rate) {
    if (groups != null && mix == null) {
      throw new IllegalArgumentException("--groups takes --mix: the shares of the groups");
    }
    if (mix != null && rate.confidence() != null) {
      throw new IllegalArgumentException(
          "--mix cannot be combined with --confidence: it guarantees a rate on average");
    }
  }
}
