package dev.flowline.segmentation.truth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs the whole simulation, with one thread, and writes it down: {@code simulation.md}, of which
 * what stands above a mark is kept, and two pictures.
 */
public final class Simulation {
  static final long SEED = 20261128;
  static final int LAW_IMAGES = 50;
  static final List<Shape> SHAPES = List.of(Shape.TWO_SCALES, Shape.ONE_SCALE);
  static final List<Integer> LAW_SIZES = List.of(20, 50, 200);
  static final List<NoiseField> PLANTED_IN =
      List.of(NoiseField.WHITE, NoiseField.SPACE, NoiseField.IMAGES);
  static final List<Integer> SIDES = List.of(1, 2, 3, 4, 6, 8);
  static final List<Double> STRENGTHS = List.of(8.0, 4.0, 2.0, 1.5);

  /** What was measured on one shape. */
  record Measured(
      Shape shape,
      Map<NoiseField, List<FalseAlarms>> falseAlarms,
      Map<Integer, List<FalseAlarms>> bySize,
      Map<NoiseField, List<Power>> power) {}

  /**
   * @param draws of law, calibration and test images
   * @param images that each draw judges
   * @param powerDraws the same for power
   * @param goodImages that each of these judges without a defect
   * @param defective images of each defect that it judges
   */
  record Effort(int draws, int images, int powerDraws, int goodImages, int defective) {
    static final Effort WHOLE = new Effort(200, 500, 100, 200, 25);
    static final Effort SHORT = new Effort(10, 40, 10, 40, 5);

    int defectsSeen() {
      return powerDraws * defective;
    }
  }

  private Simulation() {}

  /** Arguments: the folder to write into; {@code short} for a first look at the form of it. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    Effort effort = arguments.length > 1 ? Effort.SHORT : Effort.WHOLE;
    long start = System.nanoTime();
    List<Measured> measured = new ArrayList<>();
    for (Shape shape : SHAPES) {
      measured.add(measure(shape, effort));
    }
    double minutes = (System.nanoTime() - start) / 60e9;
    Files.writeString(
        folder.resolve("simulation-false-alarms.svg"), FalseAlarmPicture.draw(measured));
    Files.writeString(folder.resolve("simulation-power.svg"), PowerPicture.draw(measured));
    SimulationReport.write(folder.resolve("simulation.md"), measured, effort, minutes);
  }

  private static Measured measure(Shape shape, Effort effort) {
    Map<NoiseField, List<FalseAlarms>> falseAlarms = new EnumMap<>(NoiseField.class);
    for (NoiseField noise : NoiseField.values()) {
      say(shape, "false alarms on " + noise.label);
      Draws draws =
          new Draws(shape, noise, Rule.all(), LAW_IMAGES, effort.draws, seed(shape, noise));
      falseAlarms.put(noise, FalseAlarms.measure(draws, effort.images));
    }
    Map<Integer, List<FalseAlarms>> bySize = new TreeMap<>();
    for (int n : LAW_SIZES) {
      say(shape, "false alarms of laws of " + n);
      long seed = seed(shape, NoiseField.SPACE) + n;
      Draws draws = new Draws(shape, NoiseField.SPACE, Rule.calibrated(n), n, effort.draws, seed);
      bySize.put(n, FalseAlarms.measure(draws, effort.images));
    }
    Map<NoiseField, List<Power>> power = new EnumMap<>(NoiseField.class);
    for (NoiseField noise : PLANTED_IN) {
      say(shape, "defects in " + noise.label);
      long seed = ~seed(shape, noise);
      Draws draws =
          new Draws(shape, noise, Rule.equallyStrict(), LAW_IMAGES, effort.powerDraws, seed);
      power.put(noise, Power.measure(draws, defects(), effort.goodImages, effort.defective));
    }
    return new Measured(shape, falseAlarms, bySize, power);
  }

  /** By strength, then side. */
  static List<PlantedDefect> defects() {
    return STRENGTHS.stream()
        .flatMap(strength -> SIDES.stream().map(side -> new PlantedDefect(side, strength)))
        .toList();
  }

  private static long seed(Shape shape, NoiseField noise) {
    return SEED + 1_000_003L * SHAPES.indexOf(shape) + 10_007L * noise.ordinal();
  }

  private static void say(Shape shape, String what) {
    System.err.println(shape.name() + ": " + what);
  }
}
