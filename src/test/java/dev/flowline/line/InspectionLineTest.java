package dev.flowline.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.TinyLine;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.io.DecodedImage;
import dev.flowline.io.Image;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InspectionLineTest {
  private static final int SIZE = 64;
  private static final int LARGEST_BATCH = 4;
  private static final Duration LONG = Duration.ofMinutes(10);

  private static AnomalyModel model;
  private static Inspector inspector;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    ModelConfig config = TinyLine.config(SIZE, SIZE, 1);
    model = AnomalyModel.create(config, TinyLine.drawnExtractor(config));
    inspector =
        new Inspector(model, config.segmentation(), () -> new TorchEncoder(model, LARGEST_BATCH));
  }

  @AfterAll
  static void close() {
    inspector.close();
    model.close();
  }

  /** A line whose receiver looks at the records only. */
  private static InspectionLine line(LineSettings settings, Consumer<Inspection> receiver) {
    return new InspectionLine(inspector, settings, answer -> receiver.accept(answer.inspection()));
  }

  private static Image image(int seed) {
    return seed % 3 == 0
        ? TinyLine.defective(seed, SIZE - seed % 5, SIZE + seed % 7, 20, 12, 14)
        : TinyLine.good(seed, SIZE + seed % 4, SIZE);
  }

  /** A frame whose image is there once the latch is. */
  private static Frame waiting(String partId, CountDownLatch latch, Duration deadline) {
    return Frame.now(
        partId,
        deadline,
        () -> {
          Interruptions.waitFor(latch::await);
          return DecodedImage.of(image(1));
        });
  }

  private static void assertSameAnswer(Inspection expected, Inspection actual) {
    assertEquals(expected.verdict(), actual.verdict());
    assertEquals(expected.statistic(), actual.statistic());
    assertEquals(expected.anomalyScore(), actual.anomalyScore());
    assertEquals(expected.regions(), actual.regions());
    assertEquals(expected.pValue(), actual.pValue());
    assertEquals(expected.outOfRange(), actual.outOfRange());
  }

  /** To the bit, whatever the workers and batches; each part once, and from three sources. */
  @ParameterizedTest
  @CsvSource({"1,1,0", "2,1,0", "1,4,0", "3,3,2"})
  void theAnswersAreThoseOfInspect(int workers, int batch, int waitMillis) throws Exception {
    int count = 60;
    Map<String, Inspection> answers = new ConcurrentHashMap<>();
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger together = new AtomicInteger();
    LineSettings settings =
        LineSettings.DEFAULT
            .withWorkers(workers)
            .withCapacity(16, WhenFull.BLOCK)
            .withBatch(batch, Duration.ofMillis(waitMillis));
    InspectionLine line =
        line(
            settings,
            part -> {
              answers.put(part.partId(), part);
              answered.incrementAndGet();
              together.accumulateAndGet(part.line().together(), Math::max);
            });
    List<Thread> sources = new ArrayList<>();
    AtomicReference<Throwable> fault = new AtomicReference<>();
    for (int source = 0; source < 3; source++) {
      int first = source;
      Thread thread =
          new Thread(
              () -> {
                try {
                  for (int i = first; i < count; i += 3) {
                    Frame frame = Frame.now("part " + i, LONG, FrameImage.of(image(i)));
                    assertEquals(Admission.ACCEPTED, line.offer(frame));
                  }
                } catch (InterruptedException | RuntimeException | Error e) {
                  fault.set(e);
                }
              });
      thread.start();
      sources.add(thread);
    }
    for (Thread source : sources) {
      source.join();
    }
    line.close();
    assertEquals(null, fault.get());
    assertEquals(count, answered.get());
    assertEquals(count, answers.size());
    for (int i = 0; i < count; i++) {
      Inspection actual = answers.get("part " + i);
      assertSameAnswer(inspector.inspect(image(i)), actual);
      assertEquals(
          java.util.Set.of(),
          InspectionTest.complaints(new ObjectMapper().readTree(actual.toJson())));
      assertTrue(actual.line().answeredMillis() >= actual.line().waitedMillis());
    }
    assertTrue(together.get() >= 1 && together.get() <= batch, "" + together);
    assertEquals(count, line.counts().accepted());
    assertEquals(LineState.STOPPED, line.state());
    assertEquals(count, line.micros().get("answered").getTotalCount());
    assertEquals(count, line.micros().get("extractor").getTotalCount());
  }

  @Test
  void whatWaitsIsInspectedTogether() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch latch = new CountDownLatch(1);
    List<Integer> together = new ArrayList<>(); // of the line's one thread
    InspectionLine line =
        line(
            LineSettings.DEFAULT.withBatch(LARGEST_BATCH, Duration.ZERO),
            part -> together.add(part.line().together()));
    line.offer(
        Frame.now(
            "first",
            null,
            () -> {
              taken.countDown();
              Interruptions.waitFor(latch::await);
              return DecodedImage.of(image(1));
            }));
    taken.await();
    for (int i = 0; i < 5; i++) {
      line.offer(Frame.now("" + i, null, FrameImage.of(image(i))));
    }
    latch.countDown();
    line.close();
    assertEquals(List.of(1, 4, 4, 4, 4, 1), together);
  }

  /** Also in a batch, and if it is no exception of the kind that is expected. */
  @ParameterizedTest
  @CsvSource({"1", "4"})
  void aFrameThatFailsFailsAlone(int batch) throws Exception {
    Path cut = folder.resolve("cut.png");
    Files.write(cut, new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0});
    Map<String, Inspection> answers = new ConcurrentHashMap<>();
    try (InspectionLine line =
        line(
            LineSettings.DEFAULT.withBatch(batch, Duration.ofMillis(20)),
            part -> answers.put(part.partId(), part))) {
      line.offer(Frame.now("0", null, FrameImage.of(image(0))));
      line.offer(Frame.now("cut", null, FrameImage.of(cut)));
      line.offer(
          Frame.now(
              "thrown",
              null,
              () -> {
                throw new IllegalStateException("the camera is gone");
              }));
      line.offer(
          Frame.now(
              "error",
              null,
              () -> {
                throw new StackOverflowError();
              }));
      line.offer(Frame.now("null", null, () -> null));
      line.offer(Frame.now("1", null, FrameImage.of(image(1))));
    }
    assertEquals(6, answers.size());
    assertSameAnswer(inspector.inspect(image(0)), answers.get("0"));
    assertSameAnswer(inspector.inspect(image(1)), answers.get("1"));
    for (String failed : List.of("cut", "thrown", "error", "null")) {
      assertEquals(Verdict.FAILED, answers.get(failed).verdict(), failed);
      assertFalse(answers.get(failed).failure().isBlank());
    }
    assertTrue(answers.get("cut").failure().contains("cut.png"), answers.get("cut").failure());
    assertEquals(
        "java.lang.IllegalStateException: the camera is gone", answers.get("thrown").failure());
  }

  /** Parts behind a worker that hangs are too, and what it finds afterwards is no second answer. */
  @Test
  void aPartIsUndecidedAtItsDeadline() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch latch = new CountDownLatch(1);
    LinkedBlockingQueue<Inspection> answers = new LinkedBlockingQueue<>();
    LineSettings settings = LineSettings.DEFAULT.withStalledAfter(Duration.ofMillis(30));
    InspectionLine line = line(settings, answers::add);
    FrameImage hanging =
        () -> {
          taken.countDown();
          Interruptions.waitFor(latch::await);
          return DecodedImage.of(image(1));
        };
    line.offer(Frame.now("hangs", Duration.ofSeconds(3), hanging));
    taken.await();
    line.offer(Frame.now("behind", Duration.ofMillis(60), FrameImage.of(image(0))));
    line.offer(Frame.now("patient", null, FrameImage.of(image(0))));
    Inspection first = answers.poll(1, TimeUnit.MINUTES);
    Inspection second = answers.poll(1, TimeUnit.MINUTES);
    assertEquals("behind", first.partId());
    assertEquals("hangs", second.partId());
    for (Inspection missed : List.of(first, second)) {
      assertEquals(Verdict.UNDECIDED, missed.verdict());
      assertEquals(UndecidedReason.DEADLINE, missed.undecided());
      assertTrue(missed.line().answeredMillis() >= missed.line().deadlineMillis());
      assertEquals(0, missed.line().together());
    }
    assertEquals(1, line.counts().stalledWorkers());
    assertEquals(1, line.counts().waiting());
    latch.countDown();
    line.close();
    Inspection last = answers.poll();
    assertEquals("patient", last.partId());
    assertTrue(last.isJudged());
    assertTrue(answers.isEmpty());
    LineCounts counts = line.counts();
    assertEquals(2, counts.missedDeadlines());
    assertEquals(0, counts.late(), "what is overdue is not judged");
    assertEquals(0, counts.stalledWorkers());
    assertEquals(3, counts.accepted());
    assertEquals(0, counts.open());
  }

  /** A trigger long ago; the wait from there to the door counts. */
  @Test
  void aPartThatComesTooLateIsAnsweredAtOnce() throws Exception {
    LinkedBlockingQueue<Inspection> answers = new LinkedBlockingQueue<>();
    Instant past = Instant.now().minusSeconds(5);
    Duration second = Duration.ofSeconds(1);
    CountDownLatch latch = new CountDownLatch(1);
    InspectionLine line = line(LineSettings.DEFAULT, answers::add);
    line.offer(waiting("first", latch, null));
    line.offer(new Frame("late", past, second, true, FrameImage.of(image(0))));
    Inspection late = answers.poll(1, TimeUnit.MINUTES);
    latch.countDown();
    line.close();
    assertEquals("late", late.partId());
    assertEquals(UndecidedReason.DEADLINE, late.undecided());
    assertTrue(late.simulated());
    assertTrue(late.line().answeredMillis() >= 5000, late.line().toString());
    assertEquals(past, late.line().triggeredAt());
  }

  @Test
  void aFullLineRefusesOrWaits() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    AtomicInteger answered = new AtomicInteger();
    InspectionLine refusing =
        line(
            LineSettings.DEFAULT.withCapacity(2, WhenFull.REFUSE),
            part -> answered.incrementAndGet());
    assertEquals(Admission.ACCEPTED, refusing.offer(waiting("0", latch, null)));
    assertEquals(Admission.ACCEPTED, refusing.offer(waiting("1", latch, null)));
    assertEquals(Admission.FULL, refusing.offer(waiting("2", latch, null)));
    assertEquals(Map.of(Admission.FULL, 1L), refusing.counts().refused());
    assertEquals(2, refusing.counts().open());

    InspectionLine blocking =
        line(
            LineSettings.DEFAULT.withCapacity(1, WhenFull.BLOCK),
            part -> answered.incrementAndGet());
    blocking.offer(waiting("0", latch, null));
    AtomicReference<Object> outcome = new AtomicReference<>();
    Thread interrupted =
        new Thread(
            () -> {
              try {
                outcome.set(blocking.offer(waiting("1", latch, null)));
              } catch (InterruptedException e) {
                outcome.set(e);
              }
            });
    interrupted.start();
    awaitWaiting(interrupted);
    interrupted.interrupt();
    interrupted.join();
    assertTrue(outcome.get() instanceof InterruptedException, "" + outcome.get());
    Thread patient =
        new Thread(
            () ->
                Interruptions.waitFor(
                    () -> outcome.set(blocking.offer(waiting("2", latch, null)))));
    patient.start();
    awaitWaiting(patient);
    latch.countDown();
    patient.join();
    assertEquals(Admission.ACCEPTED, outcome.get());
    refusing.close();
    blocking.close();
    assertEquals(4, answered.get());
    assertEquals(2, blocking.counts().accepted());
  }

  private static void awaitWaiting(Thread thread) throws InterruptedException {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.sleep(1);
    }
  }

  @Test
  void aHeldLineFinishesWhatItHasAndAcceptsNoMore() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    List<String> answers = new ArrayList<>(); // of the line's one thread
    InspectionLine line =
        line(
            LineSettings.DEFAULT.withCapacity(4, WhenFull.REFUSE),
            part -> answers.add(part.partId()));
    line.offer(waiting("0", latch, null));
    line.offer(waiting("1", latch, null));
    line.hold();
    assertEquals(LineState.HOLDING, line.state());
    assertEquals(Admission.HELD, line.offer(waiting("2", latch, null)));
    latch.countDown();
    line.drain();
    assertEquals(LineState.HELD, line.state());
    assertEquals(List.of("0", "1"), answers);
    assertEquals(Admission.HELD, line.offer(waiting("3", latch, null)));
    line.unhold();
    assertEquals(LineState.EXECUTE, line.state());
    assertEquals(Admission.ACCEPTED, line.offer(waiting("4", latch, null)));
    line.close();
    assertEquals(List.of("0", "1", "4"), answers);
    line.hold();
    line.unhold();
    assertEquals(LineState.STOPPED, line.state());
    assertEquals(Admission.STOPPED, line.offer(waiting("5", latch, null)));
    assertEquals(Map.of(Admission.HELD, 2L, Admission.STOPPED, 1L), line.counts().refused());
    line.close();
  }

  /** A source that waits at the door of a line that stops gets an answer and waits no longer. */
  @Test
  void closeFinishesWhatWasAcceptedAndWakesTheSources() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    AtomicInteger answered = new AtomicInteger();
    InspectionLine line =
        line(
            LineSettings.DEFAULT.withCapacity(3, WhenFull.BLOCK),
            part -> answered.incrementAndGet());
    for (int i = 0; i < 3; i++) {
      line.offer(waiting("" + i, latch, null));
    }
    AtomicReference<Admission> outcome = new AtomicReference<>();
    Thread source =
        new Thread(
            () -> Interruptions.waitFor(() -> outcome.set(line.offer(waiting("3", latch, null)))));
    source.start();
    awaitWaiting(source);
    Thread closing = new Thread(line::close);
    closing.start();
    source.join();
    assertEquals(Admission.STOPPED, outcome.get());
    assertEquals(LineState.STOPPING, line.state());
    latch.countDown();
    closing.join();
    assertEquals(3, answered.get());
  }

  @Test
  void aReceiverThatThrowsStopsTheLineAndIsReported() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    List<String> answers = new ArrayList<>(); // of the line's one thread
    InspectionLine line =
        line(
            LineSettings.DEFAULT,
            part -> {
              if (part.partId().equals("1")) {
                throw new IllegalArgumentException("the disk is full");
              }
              answers.add(part.partId());
            });
    for (int i = 0; i < 4; i++) {
      line.offer(waiting("" + i, latch, null));
    }
    latch.countDown();
    while (line.state() != LineState.ABORTED) {
      Thread.sleep(1);
    }
    assertEquals(Admission.STOPPED, line.offer(waiting("5", latch, null)));
    var e = assertThrows(IllegalStateException.class, line::close);
    assertTrue(e.getMessage().contains("the disk is full"), e.getMessage());
    assertEquals(List.of("0", "2", "3"), answers);
    assertEquals(LineState.ABORTED, line.state());
  }

  /** A slow receiver is felt at the door: there are never more open parts than the capacity. */
  @Test
  void aSlowReceiverFillsTheLine() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    InspectionLine line =
        line(
            LineSettings.DEFAULT.withCapacity(3, WhenFull.REFUSE),
            part -> Interruptions.waitFor(latch::await));
    for (int i = 0; i < 3; i++) {
      assertEquals(Admission.ACCEPTED, line.offer(failing(null)));
    }
    while (line.counts().toHandOver() < 2) { // the receiver has the third
      Thread.sleep(1);
    }
    assertEquals(0, line.counts().open());
    assertEquals(Admission.FULL, line.offer(failing(null)));
    latch.countDown();
    line.drain();
    assertEquals(Admission.ACCEPTED, line.offer(failing(null)));
    line.close();
    assertEquals(4, line.counts().accepted());
  }

  @Test
  void batchesThatTheEncodersDoNotTakeAreRefused() {
    LineSettings five = LineSettings.DEFAULT.withBatch(5, Duration.ZERO);
    var e = assertThrows(IllegalArgumentException.class, () -> line(five, part -> {}));
    assertEquals(
        "batch must be at most 4, which the inspector's encoders take, got 5", e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> LineSettings.DEFAULT.withWorkers(0));
    assertThrows(
        IllegalArgumentException.class, () -> LineSettings.DEFAULT.withCapacity(0, WhenFull.BLOCK));
    assertThrows(
        IllegalArgumentException.class,
        () -> Frame.now("0", Duration.ZERO, FrameImage.of(image(0))));
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void throwChecked(Throwable e) throws E {
    throw (E) e; // as a program in another language on the JVM may do
  }

  /** A frame that fails at once: cheap parts by the thousand. */
  private static Frame failing(Duration deadline) {
    return Frame.now(
        null,
        deadline,
        () -> {
          throw new IOException("no image");
        });
  }

  @Test
  void aCheckedExceptionThatNobodyDeclaresIsAFaultLikeOthers() throws Exception {
    List<String> answers = new ArrayList<>(); // of the line's one thread
    InspectionLine line =
        line(
            LineSettings.DEFAULT,
            part -> {
              answers.add(part.partId() + " " + part.verdict());
              if (answers.size() == 2) {
                throwChecked(new IOException("the disk is full"));
              }
            });
    CountDownLatch latch = new CountDownLatch(1);
    line.offer(waiting("first", latch, null));
    for (int i = 0; i < 3; i++) {
      line.offer(
          Frame.now(
              "" + i,
              null,
              () -> {
                throwChecked(new InterruptedException("by the driver"));
                return null;
              }));
    }
    latch.countDown();
    var e = assertThrows(IllegalStateException.class, line::close);
    assertTrue(e.getMessage().contains("the disk is full"), e.getMessage());
    assertEquals(List.of("0 FAILED", "1 FAILED", "2 FAILED"), answers.subList(1, 4));
    assertEquals(LineState.ABORTED, line.state());
  }

  /** On a thread of the line nothing waits for the line. */
  @Test
  void theReceiverMayHandInAndNotWait() throws Exception {
    List<Object> outcomes = new ArrayList<>(); // of the line's one thread
    AtomicReference<InspectionLine> own = new AtomicReference<>();
    CountDownLatch ready = new CountDownLatch(1);
    InspectionLine line =
        line(
            LineSettings.DEFAULT.withCapacity(1, WhenFull.BLOCK),
            part ->
                Interruptions.waitFor(
                    () -> {
                      ready.await();
                      InspectionLine running = own.get();
                      outcomes.add(running.offer(failing(null)));
                      outcomes.add(assertThrows(IllegalStateException.class, running::close));
                      outcomes.add(assertThrows(IllegalStateException.class, running::drain));
                    }));
    own.set(line);
    ready.countDown();
    line.offer(failing(null));
    line.drain();
    line.close();
    assertEquals(3, outcomes.size());
    assertEquals(Admission.FULL, outcomes.get(0));
    assertEquals(1, line.counts().accepted());
  }

  @Test
  void whatIsNoFrameCountsNothing() throws Exception {
    InspectionLine line = line(LineSettings.DEFAULT, part -> {});
    assertThrows(NullPointerException.class, () -> line.offer(null));
    line.close();
    assertEquals(0, line.counts().accepted());
    assertEquals(0, line.micros().get("answered").getTotalCount());
    Duration forEver = ChronoUnit.FOREVER.getDuration();
    for (Duration wrong : List.of(forEver, Duration.ofDays(2), Duration.ofSeconds(-1))) {
      assertThrows(IllegalArgumentException.class, () -> failing(wrong));
      assertThrows(
          IllegalArgumentException.class, () -> LineSettings.DEFAULT.withStalledAfter(wrong));
      assertThrows(IllegalArgumentException.class, () -> LineSettings.DEFAULT.withBatch(2, wrong));
    }
    assertThrows(
        NullPointerException.class,
        () -> new InspectionLine(inspector, LineSettings.DEFAULT, null));
  }

  /** Neither for parts that cannot come nor until the deadline; an hour would end this test. */
  @Test
  void aBatchDoesNotWaitInVain() throws Exception {
    LinkedBlockingQueue<Inspection> answers = new LinkedBlockingQueue<>();
    LineSettings patient = LineSettings.DEFAULT.withBatch(4, Duration.ofHours(1));
    InspectionLine full = line(patient.withCapacity(2, WhenFull.BLOCK), answers::add);
    full.offer(Frame.now("0", null, FrameImage.of(image(0))));
    full.offer(Frame.now("1", null, FrameImage.of(image(1))));
    assertEquals(2, answers.take().line().together());
    answers.take();
    full.close();
    InspectionLine due = line(patient, answers::add);
    due.offer(Frame.now("2", Duration.ofSeconds(8), FrameImage.of(image(2))));
    assertTrue(answers.take().isJudged(), "half of the time to the deadline is left");
    due.close();
    InspectionLine stopped = line(patient, answers::add);
    stopped.offer(Frame.now("3", null, FrameImage.of(image(3))));
    stopped.close();
    assertTrue(answers.take().isJudged());
  }

  /** Thousands of batches that another one, or a deadline, empties while a worker waits. */
  @Test
  void waitingForBatchesHasNoEnd() throws Exception {
    int count = 20_000;
    for (Duration deadline : new Duration[] {Duration.ofNanos(1), null}) {
      AtomicInteger answered = new AtomicInteger();
      LineSettings settings =
          LineSettings.DEFAULT
              .withWorkers(2)
              .withCapacity(8, WhenFull.BLOCK)
              .withBatch(2, Duration.ofNanos(200_000));
      InspectionLine line = line(settings, part -> answered.incrementAndGet());
      for (int i = 0; i < count; i++) {
        line.offer(failing(deadline));
      }
      line.close();
      assertEquals(count, answered.get());
      assertEquals(count, line.counts().accepted());
    }
  }

  /** A deadline that passes while the line stops. */
  @Test
  void closeWaitsForTheAnswersOfDeadlines() throws Exception {
    Random random = new Random(7);
    for (int round = 0; round < 400; round++) {
      AtomicInteger answered = new AtomicInteger();
      InspectionLine line = line(LineSettings.DEFAULT, part -> answered.incrementAndGet());
      for (int i = 0; i < 4; i++) {
        line.offer(failing(Duration.ofNanos(1 + random.nextInt(200_000))));
      }
      line.close();
      assertEquals(4, answered.get(), "round " + round);
      assertEquals(0, line.counts().open());
    }
  }

  @Test
  void stopDoesNotWaitForAFrameThatHangs() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    AtomicInteger answered = new AtomicInteger();
    InspectionLine line = line(LineSettings.DEFAULT, part -> answered.incrementAndGet());
    line.offer(waiting("hangs", latch, Duration.ofMillis(20)));
    assertFalse(line.stop(Duration.ofMillis(200)));
    assertEquals(LineState.STOPPING, line.state());
    assertEquals(1, answered.get(), "its deadline is kept while the line stops");
    latch.countDown();
    assertTrue(line.stop(ChronoUnit.FOREVER.getDuration()));
    assertEquals(LineState.STOPPED, line.state());
    line.close();
  }

  /** The receiver has what a sink wants: the frame, the maps, and what was thrown. */
  @Test
  void anAnswerHasFrameMapsAndFault() throws Exception {
    LinkedBlockingQueue<LineAnswer> answers = new LinkedBlockingQueue<>();
    Frame good = Frame.now("good", LONG, FrameImage.of(image(1)));
    Frame bad = failing(null);
    try (InspectionLine line = new InspectionLine(inspector, LineSettings.DEFAULT, answers::add)) {
      line.offer(good);
      line.offer(bad);
    }
    LineAnswer first = answers.take();
    LineAnswer second = answers.take();
    assertSame(good, first.frame());
    assertEquals(SIZE * SIZE, first.details().orElseThrow().anomalyMap().length);
    assertTrue(first.fault().isEmpty());
    assertSame(bad, second.frame());
    assertTrue(second.details().isEmpty());
    assertEquals("no image", second.fault().orElseThrow().getMessage());
    assertEquals("no image", second.inspection().failure());
  }

  /** Everything at once: each accepted part has one answer, and the counts say so. */
  @Test
  void nothingIsLostAndNothingTwice() throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("InspectionLineTest seed " + seed);
    Random random = new Random(seed);
    Map<Long, Verdict> answers = new TreeMap<>(); // of the line's one thread
    AtomicInteger twice = new AtomicInteger();
    AtomicInteger accepted = new AtomicInteger();
    LineSettings settings =
        LineSettings.DEFAULT
            .withWorkers(1 + random.nextInt(3))
            .withCapacity(1 + random.nextInt(12), WhenFull.values()[random.nextInt(2)])
            .withBatch(1 + random.nextInt(LARGEST_BATCH), Duration.ofMillis(random.nextInt(3)));
    InspectionLine line =
        line(
            settings,
            part -> {
              twice.addAndGet(answers.put(part.line().number(), part.verdict()) == null ? 0 : 1);
              if (part.line().number() % 97 == 0) {
                Interruptions.waitFor(() -> Thread.sleep(20));
              }
            });
    List<Thread> sources = new ArrayList<>();
    for (int source = 0; source < 4; source++) {
      long own = random.nextLong();
      Thread thread =
          new Thread(
              () ->
                  Interruptions.waitFor(
                      () -> {
                        Random draws = new Random(own);
                        for (int i = 0; i < 250; i++) {
                          accepted.addAndGet(
                              line.offer(random(draws)) == Admission.ACCEPTED ? 1 : 0);
                        }
                      }));
      thread.start();
      sources.add(thread);
    }
    for (int i = 0; i < 20; i++) {
      Thread.sleep(random.nextInt(20));
      line.hold();
      if (random.nextBoolean()) {
        line.drain();
      }
      line.unhold();
    }
    for (Thread source : sources) {
      source.join();
    }
    line.close();
    String message = "seed " + seed + ", " + settings + ", " + line.counts();
    assertEquals(0, twice.get(), message);
    assertEquals(accepted.get(), answers.size(), message);
    assertEquals(accepted.get(), line.counts().accepted(), message);
    Map<Verdict, Long> byVerdict = new EnumMap<>(Verdict.class);
    answers.values().forEach(verdict -> byVerdict.merge(verdict, 1L, Long::sum));
    assertEquals(byVerdict, line.counts().answered(), message);
    assertEquals(0, line.counts().open(), message);
    assertEquals(0, line.counts().waiting(), message);
    long refused = line.counts().refused().values().stream().mapToLong(Long::longValue).sum();
    assertEquals(1000, accepted.get() + refused, message);
  }

  private static Frame random(Random draws) {
    Duration deadline =
        switch (draws.nextInt(4)) {
          case 0 -> null;
          case 1 -> Duration.ofNanos(1 + draws.nextInt(3_000_000));
          default -> Duration.ofMillis(1 + draws.nextInt(40));
        };
    int kind = draws.nextInt(12);
    Image shown = image(draws.nextInt(40));
    return Frame.now(
        "part",
        deadline,
        () -> {
          if (kind == 0) {
            throw new IOException("cut short");
          }
          if (kind == 1) {
            Interruptions.waitFor(() -> Thread.sleep(15));
          }
          return DecodedImage.of(shown);
        });
  }
}
