package dev.flowline;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The real files of the disk, whose n-th operation fails: an open, write, force, close, rename,
 * delete, a change or look at attributes. After it all others fail too, or none. A write that fails
 * writes half of its bytes.
 */
public final class FaultyFiles extends FileSystemProvider {
  /** What the n-th operation and those after it do. */
  public enum Fault {
    ONCE,
    FROM_THEN_ON
  }

  private final FileSystem system = new Faulty();
  private final List<String> done = new ArrayList<>();
  private Fault fault;
  private int failing = Integer.MAX_VALUE;

  /** Returns a path of the real disk whose operations are counted. */
  public Path path(Path real) {
    return new FaultyPath(this, real);
  }

  /** Counts from now on, and fails the n-th operation, from 1. */
  public void fail(int n, Fault kind) {
    done.clear();
    fault = kind;
    failing = n;
  }

  /** Fails nothing any more; returns whether something has failed. */
  public boolean stop() {
    boolean failed = done.size() >= failing;
    failing = Integer.MAX_VALUE;
    return failed;
  }

  /** Returns the operations since they were counted, each with its file. */
  public List<String> done() {
    return List.copyOf(done);
  }

  /** Counts an operation; returns whether it has to fail. */
  boolean fails(String operation, Path real) {
    done.add(operation + " " + real.getFileName());
    return fault == Fault.FROM_THEN_ON ? done.size() >= failing : done.size() == failing;
  }

  void count(String operation, Path real) throws IOException {
    if (fails(operation, real)) {
      throw failure(real);
    }
  }

  static IOException failure(Path real) {
    return new FileSystemException(real.toString(), null, "Input/output error");
  }

  FileSystem system() {
    return system;
  }

  private static Path real(Path path) {
    return ((FaultyPath) path).real();
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return system;
  }

  @Override
  public Path getPath(URI uri) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Path real = real(path);
    count("open", real);
    return new FaultyChannel(this, real, FileChannel.open(real, options, attributes));
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
    count("list", real(folder));
    DirectoryStream<Path> entries =
        Files.newDirectoryStream(real(folder), entry -> filter.accept(path(entry)));
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        List<Path> wrapped = new ArrayList<>();
        entries.forEach(entry -> wrapped.add(path(entry)));
        return wrapped.iterator();
      }

      @Override
      public void close() throws IOException {
        entries.close();
      }
    };
  }

  @Override
  public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
    count("make folder", real(folder));
    Files.createDirectory(real(folder), attributes);
  }

  @Override
  public void delete(Path path) throws IOException {
    count("delete", real(path));
    Files.delete(real(path));
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    count("rename", real(target));
    Files.move(real(source), real(target), options);
  }

  @Override
  public boolean isSameFile(Path a, Path b) throws IOException {
    return Files.isSameFile(real(a), real(b));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return Files.isHidden(real(path));
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    return Files.getFileStore(real(path));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    count("look at", real(path));
    real(path).getFileSystem().provider().checkAccess(real(path), modes);
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    count("read link", real(link));
    return path(Files.readSymbolicLink(real(link)));
  }

  /** Returns a view whose setters and look are counted. */
  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    Path real = real(path);
    V view = Files.getFileAttributeView(real, type, options);
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              count(method.getName(), real);
              try {
                return method.invoke(view, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    count("look at", real(path));
    return Files.readAttributes(real(path), type, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
      throws IOException {
    count("look at", real(path));
    return Files.readAttributes(real(path), names, options);
  }

  @Override
  public void setAttribute(Path path, String name, Object value, LinkOption... options)
      throws IOException {
    count("set " + name, real(path));
    Files.setAttribute(real(path), name, value, options);
  }

  private final class Faulty extends FileSystem {
    private final FileSystem disk = Path.of("").getFileSystem();

    @Override
    public FileSystemProvider provider() {
      return FaultyFiles.this;
    }

    @Override
    public void close() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public boolean isReadOnly() {
      return false;
    }

    @Override
    public String getSeparator() {
      return disk.getSeparator();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
      return disk.getFileStores();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
      return disk.supportedFileAttributeViews();
    }

    @Override
    public Path getPath(String first, String... more) {
      return path(disk.getPath(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
      PathMatcher matcher = disk.getPathMatcher(syntaxAndPattern);
      return path -> matcher.matches(real(path));
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
      return disk.getUserPrincipalLookupService();
    }

    @Override
    public WatchService newWatchService() {
      throw new UnsupportedOperationException();
    }
  }
}
