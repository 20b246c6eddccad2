package dev.flowline.line;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The parts that a line has accepted and whose answers are not yet handed over, first come first
 * served, and the line's state, which decides whether more are accepted.
 */
final class AcceptedParts {
  private static final Set<LineState> RUNNING =
      Set.of(LineState.EXECUTE, LineState.HOLDING, LineState.HELD);

  /** What there is at one moment. */
  record Snapshot(long accepted, int waiting, int open) {}

  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition(); // for a part, or the state has changed
  private final Condition work = lock.newCondition(); // for a worker, or the state has changed
  private final Condition handedOver = lock.newCondition(); // a part, or the state has changed
  private final LinkedHashSet<AcceptedPart> waiting = new LinkedHashSet<>();
  private final TreeSet<Long> open = new TreeSet<>(); // numbers
  private long accepted;
  private LineState state = LineState.EXECUTE;

  AcceptedParts(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Accepts a part, or waits until it can.
   *
   * @param mayWait whether the caller may wait: not one without which nothing goes on
   * @param watch is called with an accepted part before any worker sees it
   */
  Admission accept(Frame frame, boolean mayWait, Consumer<AcceptedPart> watch)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        Admission now = admission();
        if (now == Admission.ACCEPTED) {
          add(new AcceptedPart(accepted + 1, frame), watch);
          return now;
        }
        if (now == Admission.STOPPED || !mayWait) {
          return now;
        }
        room.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void add(AcceptedPart part, Consumer<AcceptedPart> watch) {
    try {
      open.add(part.number());
      waiting.add(part);
      watch.accept(part);
    } catch (RuntimeException | Error e) { // no memory: then the part was never accepted
      open.remove(part.number());
      waiting.remove(part);
      throw e;
    }
    accepted++;
    work.signal();
  }

  private Admission admission() {
    return switch (state) {
      case EXECUTE -> open.size() < capacity ? Admission.ACCEPTED : Admission.FULL;
      case HOLDING, HELD -> Admission.HELD;
      case STOPPING, STOPPED, ABORTED -> Admission.STOPPED;
    };
  }

  /**
   * Takes the next parts; waits for the first one, and for further ones as long as some can come.
   *
   * @param most parts
   * @param longestWait nanoseconds for the further ones, see {@link AcceptedPart#leftToWait}
   * @return none if the line has stopped and no part is left
   */
  List<AcceptedPart> take(int most, long longestWait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (waiting.isEmpty()) {
          if (!RUNNING.contains(state)) {
            return List.of();
          }
          work.await();
          continue;
        }
        long left = waiting.iterator().next().leftToWait(longestWait);
        boolean moreCanCome = state == LineState.EXECUTE && open.size() < capacity;
        if (waiting.size() >= most || !moreCanCome || left <= 0) {
          return taken(most);
        }
        work.await(left, TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  private List<AcceptedPart> taken(int most) {
    List<AcceptedPart> taken = new ArrayList<>();
    Iterator<AcceptedPart> next = waiting.iterator();
    while (taken.size() < most && next.hasNext()) {
      AcceptedPart part = next.next();
      part.take();
      taken.add(part);
      next.remove();
    }
    if (!waiting.isEmpty()) {
      work.signal();
    }
    return taken;
  }

  /** Leaves out a part that is answered before a worker took it. */
  void withdraw(AcceptedPart part) {
    lock.lock();
    try {
      waiting.remove(part);
    } finally {
      lock.unlock();
    }
  }

  /** Notes that a part's answer is handed over. */
  void handedOver(long number) {
    lock.lock();
    try {
      open.remove(number);
      room.signal();
      if (open.isEmpty() && state == LineState.HOLDING) {
        state = LineState.HELD;
      }
      handedOver.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the answers of all parts that are accepted now are handed over. */
  void awaitHandedOver() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long last = accepted;
      while (!open.isEmpty() && open.first() <= last && state != LineState.ABORTED) {
        handedOver.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Accepts no further part until {@link #unhold}. */
  void hold() {
    lock.lock();
    try {
      if (state == LineState.EXECUTE) {
        state = open.isEmpty() ? LineState.HELD : LineState.HOLDING;
        signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  void unhold() {
    change(Set.of(LineState.HOLDING, LineState.HELD), LineState.EXECUTE);
  }

  void stop() {
    change(RUNNING, LineState.STOPPING);
  }

  void stopped() {
    change(Set.of(LineState.STOPPING), LineState.STOPPED);
  }

  void abort() {
    change(
        Set.of(LineState.EXECUTE, LineState.HOLDING, LineState.HELD, LineState.STOPPING),
        LineState.ABORTED);
  }

  private void change(Set<LineState> from, LineState to) {
    lock.lock();
    try {
      if (from.contains(state)) {
        state = to;
        signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void signalAll() {
    room.signalAll();
    work.signalAll();
    handedOver.signalAll();
  }

  LineState state() {
    lock.lock();
    try {
      return state;
    } finally {
      lock.unlock();
    }
  }

  Snapshot snapshot() {
    lock.lock();
    try {
      return new Snapshot(accepted, waiting.size(), open.size());
    } finally {
      lock.unlock();
    }
  }
}
