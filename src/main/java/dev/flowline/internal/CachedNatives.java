package dev.flowline.internal;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.bytedeco.javacpp.Loader;

/**
 * Flowline's own natives in JavaCPP's cache. JavaCPP takes a cached file for the one of a jar if
 * the jar's name, the file's size and its time are the same; the times in our jars are constant, so
 * that a build can be repeated. So a file of another build of the same version is told apart here,
 * by its checksum, and extracted again.
 */
final class CachedNatives {
  private static final List<String> NAMES =
      List.of(
          "libjniLibC.so",
          "libjniLibFlowline.so",
          "libjniLibFlowlineInspect.so",
          "libjniOpenBlasThreads.so",
          "libflowline.so.0",
          "libflowline_inspect.so.0",
          "libflowline_cuda.so.0");

  private CachedNatives() {}

  /**
   * Brings the cache up to date with the natives on the class path.
   *
   * @throws UnsatisfiedLinkError naming the file that cannot be extracted
   */
  static void refresh() {
    for (String name : NAMES) {
      URL resource = CachedNatives.class.getResource(Loader.getPlatform() + "/" + name);
      if (resource != null) {
        try {
          refresh(resource);
        } catch (IOException e) {
          UnsatisfiedLinkError error = new UnsatisfiedLinkError("cannot extract " + resource);
          error.initCause(e);
          throw error;
        }
      }
    }
  }

  /** Returns the file of a resource in the cache, with the resource's content. */
  static File refresh(URL resource) throws IOException {
    File cached = Loader.cacheResource(resource);
    if (!(resource.openConnection() instanceof JarURLConnection jar)
        || jar.getJarEntry().getCrc() == checksum(cached)) {
      return cached;
    }
    Files.delete(cached.toPath()); // a process that has loaded it keeps it
    return Loader.cacheResource(resource);
  }

  private static long checksum(File file) throws IOException {
    try (InputStream bytes = Files.newInputStream(file.toPath());
        CheckedInputStream sum = new CheckedInputStream(bytes, new CRC32())) {
      sum.transferTo(OutputStream.nullOutputStream());
      return sum.getChecksum().getValue();
    }
  }
}
