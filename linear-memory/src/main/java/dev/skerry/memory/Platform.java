package dev.skerry.memory;

/** Where memory comes from. The choice between the two is made once for a process, see {@link PlatformChoice}. */
sealed interface Platform permits LinuxPlatform, JdkPlatform {

  /**
   * Room for {@code maxBytes}, the first {@code initialBytes} of it accessible and zero. Where the platform can reserve
   * address space, {@code guardBytes} after the room, and all of the room that is not accessible yet, fault when
   * touched.
   *
   * @throws NativeMemoryException if the system has no more memory or address space
   */
  Region reserve(long initialBytes, long maxBytes, long guardBytes);

  /** A zeroed region that never grows, aligned to 64 bytes. */
  Region allocate(long byteLength);

  /** True if an inaccessible page costs nothing and faults, so that addresses stay and guards guard. */
  boolean reservesAddressSpace();
}
