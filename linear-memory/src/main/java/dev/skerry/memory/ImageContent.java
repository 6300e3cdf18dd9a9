package dev.skerry.memory;

/** The bytes of a {@link MemoryImage}, outside the Java heap, until they are freed. */
sealed interface ImageContent extends Resource {

  /** Puts the bytes at the start of a region that is zero and has at least so many accessible ones. */
  void putInto(Region region);

  /** Bytes that are copied into each memory. */
  record Copied(Region bytes, long byteLength) implements ImageContent {

    static Copied from(long address, Region room, long byteLength) {
      NativeAccess.copy(address, room.address(), byteLength);
      return new Copied(room, byteLength);
    }

    @Override
    public void putInto(Region region) {
      NativeAccess.copy(bytes.address(), region.address(), byteLength);
    }

    @Override
    public void free() {
      bytes.free();
    }
  }

  /** A nameless file that slots map where they can: read until written, then copied page by page. */
  record Mapped(int fd, long byteLength) implements ImageContent {

    static Mapped from(long address, long byteLength) {
      int fd = SystemCalls.memfd("skerry-image", byteLength, false);
      try {
        SystemCalls.pwrite(fd, address, byteLength, 0);
      } catch (NativeMemoryException e) {
        SystemCalls.close(fd);
        throw e;
      }
      return new Mapped(fd, byteLength);
    }

    @Override
    public void putInto(Region region) {
      if (region instanceof Slot slot && slot.takesImages()) {
        slot.mapImage(fd, byteLength);
      } else {
        SystemCalls.pread(fd, region.address(), byteLength, 0);
      }
    }

    @Override
    public void free() {
      SystemCalls.close(fd);
    }
  }
}
