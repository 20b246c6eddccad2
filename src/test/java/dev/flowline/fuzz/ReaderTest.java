package dev.flowline.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReaderTest {
  private static final long SEED = 12;
  private static final int MUTATIONS = 2_000;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Reader.class)
  void goodFilesAreRead(Reader reader) throws IOException {
    List<byte[]> seeds = Seeds.good(reader);
    int read = reader == Reader.MODEL ? 1 : seeds.size(); // the others are of other tensors
    for (byte[] seed : seeds.subList(0, read)) {
      assertTrue(reader.accepts(seed, folder.resolve("input")));
    }
  }

  @ParameterizedTest
  @EnumSource(Reader.class)
  @Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void damagedFilesAreReadOrRefused(Reader reader) throws IOException {
    List<byte[]> seeds = Seeds.of(reader);
    for (int i = 0; i < seeds.size(); i++) {
      tryOne(reader, "seed " + i, seeds.get(i));
    }
    Mutations mutations = new Mutations(SEED);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] altered = mutations.of(seeds.get(i % seeds.size()));
      tryOne(reader, "mutation %d by seed %d".formatted(i, SEED), altered);
    }
  }

  private void tryOne(Reader reader, String input, byte[] bytes) {
    try {
      reader.accepts(bytes, folder.resolve("input"));
    } catch (IOException | RuntimeException | Error e) {
      String hex = HexFormat.of().formatHex(bytes);
      throw new AssertionError("%s, %s: %s; its bytes: %s".formatted(reader, input, e, hex), e);
    }
  }
}
