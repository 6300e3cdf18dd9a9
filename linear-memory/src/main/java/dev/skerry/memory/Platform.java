package dev.skerry.memory;

/** Where memory comes from. The choice between the two is made once for a process, see {@link PlatformChoice}. */
sealed interface Platform permits LinuxPlatform, JdkPlatform {

  /**
   * Room for {@code maxBytes}, the first {@code initialBytes} of it accessible and zero; of a masked layout what such
   * lengths make accessible. A region that does not move has the room and guard of the layout, and faults where it is
   * not accessible; one that moves has neither.
   *
   * @throws NativeMemoryException if the system has no more memory or address space
   */
  Region reserve(long initialBytes, long maxBytes, MemoryLayout layout);

  /**
   * As {@link #reserve}, in pages that can be mapped a second time.
   *
   * @throws NativeMemoryException also if this platform has no such pages
   */
  Region reserveShareable(long initialBytes, long maxBytes, MemoryLayout layout);

  /** A region that never grows, aligned to 64 bytes, of which the first bytes are zero, and the rest may be. */
  Region allocate(long byteLength, long zeroBytes);

  /** A zeroed region of so many bytes after {@link #stackReserve} more, and, where there are guards, between guards. */
  Region stack(long byteLength);

  /** A copy of those bytes, whole pages, for memories to begin with. */
  ImageContent image(long address, long byteLength);

  /** Bytes at a stack's low end that code must leave alone. */
  long stackReserve();
}
