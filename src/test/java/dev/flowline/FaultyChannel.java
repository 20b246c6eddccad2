package dev.flowline;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** A channel of {@link FaultyFiles}: a channel of the disk whose operations are counted. */
final class FaultyChannel extends FileChannel {
  private final FaultyFiles files;
  private final Path path;
  private final FileChannel real;

  FaultyChannel(FaultyFiles files, Path path, FileChannel real) {
    this.files = files;
    this.path = path;
    this.real = real;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    if (files.fails("write", path)) {
      real.write(source.slice(source.position(), source.remaining() / 2));
      throw FaultyFiles.failure(path);
    }
    return real.write(source);
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    if (files.fails("write", path)) {
      real.write(source.slice(source.position(), source.remaining() / 2), position);
      throw FaultyFiles.failure(path);
    }
    return real.write(source, position);
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    files.count("write", path);
    return real.write(sources, offset, length);
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    files.count("read", path);
    return real.read(target);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    files.count("read", path);
    return real.read(target, position);
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    files.count("read", path);
    return real.read(targets, offset, length);
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    real.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    files.count("truncate", path);
    real.truncate(size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    files.count("force", path);
    real.force(metaData);
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    files.count("read", path);
    return real.transferTo(position, count, target);
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    files.count("write", path);
    return real.transferFrom(source, position, count);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    files.count("map", path);
    return real.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    files.count("lock", path);
    return real.lock(position, size, shared);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    files.count("lock", path);
    return real.tryLock(position, size, shared);
  }

  /** Closes the channel of the disk in any case, as an operating system does. */
  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
    files.count("close", path);
  }
}
