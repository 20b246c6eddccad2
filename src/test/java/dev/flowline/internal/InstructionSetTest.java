package dev.flowline.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.ChildJvm;
import dev.flowline.cli.Flowline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstructionSetTest {
  @TempDir Path folder;

  @Test
  void namesAreReadInAnyCase() {
    assertEquals(InstructionSet.AVX2, InstructionSet.of("avx2", set -> true));
    assertEquals(InstructionSet.AVX512, InstructionSet.of(" AVX512 ", set -> true));
    assertEquals(InstructionSet.BEST, InstructionSet.of(null, set -> true));
    assertEquals(InstructionSet.BEST, InstructionSet.of("", set -> true));
  }

  /** The numbers are those of flowline.h: 0 to 4. */
  @Test
  void codesAreTheHeaders() {
    assertEquals(0, InstructionSet.BEST.code());
    assertEquals(1, InstructionSet.BASELINE.code());
    assertEquals(2, InstructionSet.AVX2.code());
    assertEquals(3, InstructionSet.AVX512.code());
    assertEquals(4, InstructionSet.NEON.code());
  }

  @Test
  void anotherWordIsRefusedWithThoseThereAre() {
    Set<InstructionSet> there = EnumSet.of(InstructionSet.BEST, InstructionSet.AVX2);
    for (String word : List.of("sse9", "avx512")) { // none at all, and none of this processor
      assertEquals(
          "FLOWLINE_INSTRUCTION_SET must be one of best, avx2 on this processor, got " + word,
          assertThrows(
                  IllegalArgumentException.class, () -> InstructionSet.of(word, there::contains))
              .getMessage());
    }
  }

  /** At the start of a command: a word that is none, and one of other processors. */
  @Test
  void aWordIsLookedAtWhenACommandStarts() throws Exception {
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    for (String word : List.of("sse9", arm ? "avx2" : "neon")) {
      Path demo = folder.resolve("demo");
      ProcessBuilder command =
          ChildJvm.of(Flowline.class, 0, List.of(), "demo", "-o", demo.toString());
      command.environment().put(InstructionSet.VARIABLE, word);
      ChildJvm.Outcome outcome = ChildJvm.run(command);
      assertEquals(2, outcome.exitCode(), outcome.output());
      String last = outcome.output().lines().reduce("", (before, line) -> line);
      assertTrue(
          last.matches(
              "flowline demo: FLOWLINE_INSTRUCTION_SET must be one of best, baseline(, \\w+)* on"
                  + " this processor, got "
                  + word),
          outcome.output());
      assertFalse(last.contains(", " + word + " on"), last);
      assertFalse(Files.exists(demo), "nothing was begun");
    }
  }
}
