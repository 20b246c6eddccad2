package dev.flowline.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The digests are of four digits here: 3333 is just below 1/5, and cccc just below 4/5. */
class HoldOutTest {
  private static Set<String> chosen(String... digests) {
    return HoldOut.chosen(new TreeSet<>(List.of(digests)));
  }

  @Test
  void heldOutIsWhatIsBelowAFifth() {
    assertEquals(Set.of("0001", "3332"), chosen("0001", "3332", "3334", "8000", "ffff"));
  }

  @Test
  void ofDigestsThatAreAllHighTheLowestIsHeldOut() {
    assertEquals(Set.of("cccd"), chosen("cccd", "dddd", "eeee", "fff0", "ffff"));
    // One that is added takes its place; nothing moves from training to the test.
    assertEquals(Set.of("cccc"), chosen("cccc", "cccd", "dddd", "eeee", "fff0", "ffff"));
    assertEquals(Set.of("0001"), chosen("0001", "cccd", "dddd", "eeee", "fff0", "ffff"));
  }

  @Test
  void ofDigestsThatAreAllLowTheHighestIsToLearnFrom() {
    Set<String> low = chosen("0001", "0002", "0003", "0004", "0005");
    assertEquals(Set.of("0001", "0002", "0003", "0004"), low);
    // The exception that the documentation names: 0005 moves to the test.
    Set<String> more = chosen("0001", "0002", "0003", "0004", "0005", "8000");
    assertEquals(Set.of("0001", "0002", "0003", "0004", "0005"), more);
    assertEquals(
        low,
        chosen("0001", "0002", "0003", "0004", "0000", "0005").stream()
            .filter(low::contains)
            .collect(java.util.stream.Collectors.toSet()));
  }

  @Test
  void whatIsAddedMovesNothingFromTrainingToTheTest() {
    Random random = new Random(18);
    int exceptions = 0;
    for (int trial = 0; trial < 20_000; trial++) {
      TreeSet<String> before = new TreeSet<>();
      int highest = trial % 2 == 0 ? 0x10000 : 0x5000; // many low ones, too
      for (int i = 5 + random.nextInt(5); i > 0; i--) {
        before.add("%04x".formatted(random.nextInt(highest)));
      }
      TreeSet<String> after = new TreeSet<>(before);
      after.add("%04x".formatted(random.nextInt(0x10000)));
      Set<String> heldOut = HoldOut.chosen(before);
      TreeSet<String> moved = new TreeSet<>(HoldOut.chosen(after));
      moved.retainAll(before);
      moved.removeAll(heldOut);
      if (before.last().compareTo("3333") < 0) {
        exceptions++;
        assertTrue(moved.isEmpty() || moved.equals(Set.of(before.last())), before + " " + after);
      } else {
        assertEquals(Set.of(), moved, before + " " + after);
      }
      assertTrue(!heldOut.isEmpty() && heldOut.size() < before.size(), before.toString());
    }
    assertTrue(exceptions > 100, exceptions + " sets of low digests");
  }
}
