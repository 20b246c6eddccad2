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

/** Where networks and the statistical test compute: {@code --device}. */
@HelpGroup.In(HelpGroup.GENERAL)
final class DeviceOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      converter = Converter.class,
      description =
          "Where to compute: cpu, cuda or cuda:n (default: cpu). If there is no such device, a line on standard error says why, and the CPU computes.")
  private Device device;

  /** The device asked for; the CPU where that one cannot be had, which is said. */
  Device device() {
    return device(Cuda::whyNot, command.commandLine().getErr());
  }

  Device device(Function<Device, Optional<String>> whyNot, PrintWriter err) {
    if (!device.isCuda()) {
      return device;
    }
    Optional<String> reason = whyNot.apply(device);
    reason.ifPresent(why -> err.println("not on " + device + " but on the CPU: " + why));
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
