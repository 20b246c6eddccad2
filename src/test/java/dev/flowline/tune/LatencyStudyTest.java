package dev.flowline.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.bench.Deadline;
import dev.flowline.engine.EngineKind;
import dev.flowline.model.ModelKind;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Latencies of real models with random weights. */
class LatencyStudyTest {
  private static final double TAKT = 20_000;

  private static final LatencyStudy STUDY =
      new LatencyStudy(
          List.of(TinyLine.good(1, 80, 70)), List.of(EngineKind.LIBTORCH), List.of(1), 1);

  private static CandidateLatency measured(int side, Deadline end) throws IOException {
    return STUDY.of(MadeSearch.candidate(ModelKind.U_FLOW, "a", side), TAKT, end);
  }

  @Test
  void withTimeThereAreEnoughInspectionsForP99() throws IOException {
    CandidateLatency latency = measured(64, Deadline.NEVER);
    assertTrue(latency.inspections() >= 120, latency.toString());
    assertTrue(latency.p99Millis() >= latency.p95Millis(), latency.toString());
    assertFalse(latency.cutShort());
    assertTrue(latency.decides(TAKT));
  }

  /** 120 inspections of this size take many seconds more than there are. */
  @Test
  void aDeadlineEndsASlowOneWithWhatItHas() throws IOException {
    CandidateLatency latency = measured(1024, Deadline.in(6));
    assertTrue(latency.cutShort(), latency.toString());
    assertTrue(latency.inspections() < 100, latency.toString());
    assertEquals(latency.inspections() > 0, latency.p50Millis() != null, latency.toString());
    assertEquals(latency.inspections() >= 20, latency.p99Millis() != null, latency.toString());
    assertEquals(latency.p99Millis() != null, latency.decides(TAKT));
  }

  @Test
  void withoutTimeNothingIsKnown() throws IOException {
    CandidateLatency latency = measured(64, Deadline.in(0));
    assertTrue(latency.cutShort());
    assertEquals(0, latency.inspections());
    assertNull(latency.p50Millis());
    assertFalse(latency.decides(TAKT));
  }
}
