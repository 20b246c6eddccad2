package dev.flowline.cli;

import dev.flowline.io.Images;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options of how images are read, of every command that reads them for a model. */
@HelpGroup.In(HelpGroup.GENERAL)
final class ImageOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--bits",
      paramLabel = "N",
      converter = Bits.class,
      description =
          "Bits that the samples of 16-bit images really have, 8 to 16: they are scaled to the full range (default: the model's, and 16 for a new one).")
  private Integer bits;

  @Mixin private ImageLimit limit;

  /** Returns the bits that the user gave; null for none. */
  Integer bits() {
    return bits;
  }

  /** Returns the options as the user gave them, for another command on images like these. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    if (bits != null) {
      words.addAll(List.of("--bits", bits.toString()));
    }
    if (limit.given != null) {
      words.addAll(List.of("--max-image-bytes", limit.given.toString()));
    }
    return words;
  }

  /** Returns the configuration of a new model with the bits that the user gave. */
  ModelConfig over(ModelConfig config) {
    return bits == null
        ? config
        : noted(config.withPreprocessing(config.preprocessing().withBits(bits)));
  }

  /**
   * Opens a model for images with the bits that the user gave.
   *
   * @throws IOException naming the file, if it is no readable model, or holds a program that must
   *     not run
   */
  AnomalyModel open(Path file, ProgramOption program) throws IOException {
    AnomalyModel model = AnomalyModel.open(file, program.policy(), bits);
    noted(model.config());
    return model;
  }

  /** Images whose samples are scaled need no note that they could be. */
  private ModelConfig noted(ModelConfig config) {
    if (config.preprocessing().bits() != null
        && command.root().userObject() instanceof Flowline f) {
      f.scaleBits();
    }
    return config;
  }

  /** The option {@code --max-image-bytes} of every command that reads images. */
  @HelpGroup.In(HelpGroup.GENERAL)
  static final class ImageLimit {
    private Long given;

    @Option(
        names = "--max-image-bytes",
        paramLabel = "N",
        description =
            "Bytes that the pixels of an image may take: width times height times channels times bytes per sample (default: 1073741824).")
    private void setMaxBytes(long bytes) {
      if (bytes < 1) {
        throw new TypeConversionException("--max-image-bytes must be at least 1, got " + bytes);
      }
      given = bytes;
      System.setProperty(Images.MAX_BYTES, Long.toString(bytes));
    }
  }

  static final class Bits implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      if (!value.matches("8|9|1[0-6]")) {
        throw new TypeConversionException("'" + value + "' is not a number of bits from 8 to 16");
      }
      return Integer.valueOf(value);
    }
  }
}
