package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flowline.flow.SoftClamp;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The settings of a method decide how its training proceeds. */
class TrainingPlanTest {
  static Stream<Arguments> plans() {
    UFlow uFlow = UFlow.DEFAULT;
    CFlow positions = new CFlow(2, 8, SoftClamp.TANH, 16);
    CFlow wholeImages = new CFlow(2, 8, SoftClamp.TANH, 0);
    DifferNet turned = new DifferNet(2, List.of(8L), 3, 0);
    DifferNet upright = new DifferNet(2, List.of(8L), 0, 5);
    ClFlow contrasting = ClFlow.DEFAULT;
    ClFlow bare =
        (ClFlow)
            MethodSettings.with(
                ModelKind.CL_FLOW,
                contrasting,
                Map.of("classification", "0", "pull", "0", "push", "0"));
    Padim padim = Padim.DEFAULT;
    return Stream.of(
        Arguments.of(uFlow, new TrainingPlan.OnImages(uFlow), 0, false),
        Arguments.of(positions, new TrainingPlan.OnPositions(positions), 0, false),
        Arguments.of(wholeImages, new TrainingPlan.OnImages(wholeImages), 0, false),
        Arguments.of(turned, new TrainingPlan.OnRotations(turned, 3), 3, false),
        Arguments.of(upright, new TrainingPlan.OnImages(upright), 0, false),
        Arguments.of(contrasting, new TrainingPlan.Contrasted(contrasting), 0, true),
        Arguments.of(bare, new TrainingPlan.OnImages(bare), 0, false),
        Arguments.of(padim, new TrainingPlan.Fitted(padim), 0, false));
  }

  @ParameterizedTest
  @MethodSource("plans")
  void followsFromTheSettings(
      Method method, TrainingPlan expected, int rotations, boolean contrasts) {
    TrainingPlan plan = method.trainingPlan();
    assertEquals(expected, plan);
    assertEquals(rotations, plan.rotations());
    assertEquals(contrasts ? Optional.of(method) : Optional.empty(), plan.contrast());
  }
}
