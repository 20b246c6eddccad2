package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks that do not go together: one line that names what is wrong, before anything is done. */
class BadConfigurationTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "--model=ms-flow --set=parts=40 --extractor=patch-pca, s = 40 does not fit",
    "--model=ms-flow --set=parts=1 --extractor=patch-pca, s (parts) must be at least 2",
    "--model=ms-flow --set=kernels=[2] --extractor=patch-pca, kernel must be odd",
    "--model=cs-flow --set=kernels=[4] --extractor=patch-pca, kernel must be odd",
    "--model=cs-flow --set=hidden=0 --extractor=patch-pca, hidden must be at least 1",
    "--model=cflow --set=codeDimensions=6 --extractor=patch-pca, a positive multiple of 4",
    "--model=cflow --set=positionsByStep=-1 --extractor=patch-pca, positionsByStep must be at least",
    "--model=differnet --set=testRotations=-1 --extractor=patch-pca, testRotations must be at least",
    "--model=differnet --set=hidden=[0] --extractor=patch-pca, hidden widths must be at least 1",
    "--model=fastflow --set=hiddenRatio=0 --extractor=patch-pca, hiddenRatio must be positive",
    "--model=u-flow --set=scale=7 --extractor=patch-pca, scale must be one of the extractor's",
    "--model=u-flow --extractor=resnet19, resnet19",
    "--model=u-flow --extractor=ms-cait --input=448x224, the position embedding of",
    "--model=cs-flow --extractor=cait-s24 --input=64, for 224 x 224 only",
    "--model=differnet --extractor=alexnet --input=64, 64 x 64",
  })
  void isOneClearLine(String arguments, String said) throws IOException {
    Path model = folder.resolve("a.flowline");
    List<String> all = new ArrayList<>(List.of("train", "--data=" + SmallLine.data()));
    all.addAll(List.of("--layout=mvtec", "--category=" + SmallLine.PRODUCT, "--output=" + model));
    all.addAll(List.of(arguments.split(" ")));
    Invocation train = Invocation.of(all.toArray(String[]::new));
    assertEquals(2, train.exitCode(), train.err());
    assertEquals("", train.out());
    assertEquals(1, train.err().strip().lines().count(), train.err());
    assertTrue(train.err().contains(said), train.err());
    assertFalse(Files.exists(model));
  }
}
