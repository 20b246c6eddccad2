package dev.flowline.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two builds of one version: jars of one name, whose files have one size and one time. */
class CachedNativesTest {
  @TempDir Path folder;

  private URL library(String build, String jar, byte[] content) throws IOException {
    Path file = Files.createDirectories(folder.resolve(build)).resolve(jar);
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      ZipEntry entry = new ZipEntry("natives/lib.so");
      entry.setTime(1_750_000_000_000L);
      zip.putNextEntry(entry);
      zip.write(content);
    }
    return new URL("jar:" + file.toUri() + "!/natives/lib.so");
  }

  @Test
  void theNativesOfAnOlderBuildAreReplaced() throws IOException {
    String jar = "cached-natives-test-" + System.nanoTime() + ".jar";
    byte[] older = "an older build".getBytes();
    byte[] newer = "the newer one!".getBytes();
    URL first = library("first", jar, older);
    URL second = library("second", jar, newer);
    File cached = CachedNatives.refresh(first);
    try {
      assertArrayEquals(older, Files.readAllBytes(cached.toPath()));
      assertEquals(cached, Loader.cacheResource(second));
      assertArrayEquals(
          older, Files.readAllBytes(cached.toPath()), "JavaCPP tells them apart by itself now");
      assertArrayEquals(newer, Files.readAllBytes(CachedNatives.refresh(second).toPath()));
      long time = cached.lastModified();
      assertEquals(cached, CachedNatives.refresh(second));
      assertEquals(time, cached.lastModified());
      assertArrayEquals(older, Files.readAllBytes(CachedNatives.refresh(first).toPath()));
    } finally {
      Files.deleteIfExists(cached.toPath());
      Files.deleteIfExists(cached.toPath().getParent());
      Files.deleteIfExists(cached.toPath().getParent().getParent());
    }
  }
}
