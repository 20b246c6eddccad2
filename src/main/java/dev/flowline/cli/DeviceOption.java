package dev.flowline.cli;

import dev.flowline.tensor.Cuda;
import dev.flowline.tensor.Device;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The device on which networks and the statistical test compute: {@code --device}. */
@HelpGroup.In(HelpGroup.GENERAL)
final class DeviceOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      converter = Converter.class,
      completionCandidates = CompletionWords.Devices.class,
      description =
          "Device that computes: cpu, cuda or cuda:N. If it cannot be used, a line on standard error says why, and the CPU computes (default: ${DEFAULT-VALUE}).")
  private Device device;

  /** Returns the device that the user gave; if it cannot be used, says so and returns the CPU. */
  Device device() {
    return device(Cuda::whyNot, command.commandLine().getErr());
  }

  Device device(Function<Device, Optional<String>> whyNot, PrintWriter err) {
    if (!device.isCuda()) {
      return device;
    }
    Optional<String> reason = whyNot.apply(device);
    reason.ifPresent(
        why ->
            err.println("note: " + device + " cannot be used, the CPU computes instead: " + why));
    return reason.isPresent() ? Device.CPU : device;
  }

  static final class Converter implements ITypeConverter<Device> {
    @Override
    public Device convert(String value) {
      try {
        return Device.of(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
