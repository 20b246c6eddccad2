package dev.flowline.compare;

import dev.flowline.io.LaterFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Does the runs of a comparison one after the other; those that are finished already are kept. */
public final class ComparisonRunner {
  private final ComparisonPlan plan;
  private final ComparisonHost host;

  /** Makes a runner; nothing is done yet. */
  public ComparisonRunner(ComparisonPlan plan, ComparisonHost host) {
    this.plan = plan;
    this.host = host;
  }

  /**
   * Does what is left of the plan, and writes page and JSON after every run. If a result cannot be
   * written, no further run begins: it could not be kept either.
   *
   * @param unwritten takes the failure to write a result
   * @return all results; a run that failed is one of them
   * @throws IOException if another comparison works in the folder, or what is there cannot be read
   */
  public Comparison run(LaterFailure unwritten) throws IOException {
    try (ComparisonFolder folder = ComparisonFolder.lock(plan.request().output());
        SharedFeatures features = new SharedFeatures(plan.request(), host, 1)) {
      SingleRun single = new SingleRun(plan.request(), host, features, unwritten);
      List<ComparedRun> results = new ArrayList<>(plan.finished());
      if (!results.isEmpty()) {
        host.resumed(results.size(), plan.runs().size());
      }
      unwritten.tried(() -> folder.write(plan.title(), plan.comparison(results)));
      for (int i = 0; i < plan.runs().size() && !unwritten.happened(); i++) {
        PlannedRun run = plan.runs().get(i);
        if (run.finished().isEmpty()) {
          host.started(run, i + 1, plan.runs().size());
          results.add(single.result(run));
          unwritten.tried(() -> folder.write(plan.title(), plan.comparison(results)));
        }
      }
      return plan.comparison(results);
    }
  }
}
