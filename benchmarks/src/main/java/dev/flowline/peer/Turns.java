package dev.flowline.peer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Programs that take turns: in every round each runs some passes, and another begins than in the
 * round before. So what disturbs the machine disturbs all of them alike.
 *
 * @param rounds in which each has one turn
 * @param passes that are measured in a turn; one more comes before, after which the program's
 *     weights are in the caches and the others' threads asleep
 */
record Turns(int rounds, int passes, Clock clock) {
  private static final int WARM_UP = 3;

  Turns {
    if (rounds < PairedRatio.FEWEST_ROUNDS) {
      throw new IllegalArgumentException(
          "rounds must be at least %s, got %s".formatted(PairedRatio.FEWEST_ROUNDS, rounds));
    }
    if (passes < 1) {
      throw new IllegalArgumentException("passes must be at least 1, got " + passes);
    }
  }

  /** Returns the times of each program and part; each value is the median of one turn. */
  List<Series> measure(List<? extends Program> programs) {
    for (Program program : programs) {
      for (int i = 0; i < WARM_UP; i++) {
        program.run(clock);
      }
    }
    Map<Program, List<Pass>> turns = new LinkedHashMap<>();
    programs.forEach(program -> turns.put(program, new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < programs.size(); i++) {
        Program program = programs.get((round + i) % programs.size());
        turns.get(program).add(turn(program));
      }
    }
    List<Series> series = new ArrayList<>();
    turns.forEach(
        (program, passed) -> {
          if (!Double.isNaN(passed.get(0).flow())) {
            series.add(
                new Series(
                    program.name(), "extractor", passed.stream().map(Pass::extractor).toList()));
            series.add(
                new Series(program.name(), "flow", passed.stream().map(Pass::flow).toList()));
          }
          series.add(new Series(program.name(), "both", passed.stream().map(Pass::both).toList()));
        });
    return series;
  }

  private Pass turn(Program program) {
    program.run(clock);
    List<Pass> measured = new ArrayList<>();
    for (int i = 0; i < passes; i++) {
      measured.add(program.run(clock));
    }
    return new Pass(
        PairedRatio.median(measured.stream().map(Pass::extractor).toList()),
        PairedRatio.median(measured.stream().map(Pass::flow).toList()),
        PairedRatio.median(measured.stream().map(Pass::both).toList()));
  }
}
