package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.tensor.Device;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class DeviceOptionTest {
  @CommandLine.Command(name = "compute")
  private static final class Compute implements Runnable {
    @CommandLine.Mixin DeviceOption compute;

    @Override
    public void run() {}
  }

  private final Compute command = new Compute();
  private final StringWriter err = new StringWriter();
  private final CommandLine line = new CommandLine(command).setErr(new PrintWriter(err));

  @ParameterizedTest
  @CsvSource({"cpu, cpu", "CPU, cpu", "cuda, cuda:0", "cuda:0, cuda:0", "CUDA:3, cuda:3"})
  void whatIsAskedForIsUsedWhereItIsThere(String asked, String device) {
    assertEquals(0, line.execute("--device", asked));
    assertEquals(Device.of(device), onAnyDevice());
    assertEquals(device, onAnyDevice().toString());
    assertEquals("", err.toString());
  }

  @Test
  void theCpuByDefault() {
    assertEquals(0, line.execute());
    assertEquals(Device.CPU, onAnyDevice());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "cuda:", "cuda:-1", "cuda:128", "cpu:1", "", "cuda:0x1", "cuda 0"})
  void whatIsNoDeviceIsRefused(String asked) {
    assertEquals(2, line.execute("--device", asked));
    assertTrue(err.toString().contains("device"), err.toString());
  }

  @Test
  void withoutTheDeviceItStaysOnTheCpuAndSaysWhy() {
    line.execute("--device", "cuda:1");
    Device device =
        command.compute.device(
            wanted -> Optional.of("there is no device " + wanted), new PrintWriter(err, true));
    assertEquals(Device.CPU, device);
    assertEquals(
        "note: cuda:1 cannot be used, the CPU computes instead: there is no device cuda:1\n",
        err.toString());
  }

  private Device onAnyDevice() {
    return command.compute.device(wanted -> Optional.empty(), new PrintWriter(err));
  }
}
