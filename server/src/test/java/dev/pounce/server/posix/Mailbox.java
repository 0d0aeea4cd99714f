package dev.pounce.server.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** A socket that receives datagrams, as systemd's does; the JDK has none for Unix domains. */
public final class Mailbox implements AutoCloseable {

  private static final int SIZE = 4096;
  private static final int SO_RCVTIMEO = 20;
  private static final long PATIENCE_SECONDS = 10;
  private static final int MSG_DONTWAIT = 0x40;
  private static final MethodHandle RECV =
      function("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle CLOCK_GETTIME =
      function("clock_gettime", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

  private final int descriptor;

  private Mailbox(int descriptor) {
    this.descriptor = descriptor;
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }

  /** One at a path, or at an abstract name, with an at sign before it. */
  public static Mailbox at(String address) throws IOException {
    Mailbox mailbox =
        new Mailbox(CLibrary.socket(CLibrary.AF_UNIX, CLibrary.SOCK_DGRAM | CLibrary.SOCK_CLOEXEC));
    try (Arena arena = Arena.ofConfined()) {
      CLibrary.bind(mailbox.descriptor, NativeAddress.unix(arena, address));
      MemorySegment patience = arena.allocateFrom(JAVA_LONG, PATIENCE_SECONDS, 0);
      CLibrary.setsockopt(mailbox.descriptor, CLibrary.SOL_SOCKET, SO_RCVTIMEO, patience);
    }
    return mailbox;
  }

  /** The next message, which is waited for. */
  public String receive() throws Throwable {
    return receive(0);
  }

  /** Whether no message waits. */
  public boolean isEmpty() throws Throwable {
    return receive(MSG_DONTWAIT) == null;
  }

  private String receive(int flags) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment octets = arena.allocate(SIZE);
      long count = (long) RECV.invokeExact(descriptor, octets, (long) SIZE, flags);
      return count < 0 ? null : new String(octets.asSlice(0, count).toArray(JAVA_BYTE), UTF_8);
    }
  }

  /** The clock that systemd reads, in microseconds. */
  public static long monotonicMicros() throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(JAVA_LONG, 2);
      int monotonic = 1;
      int result = (int) CLOCK_GETTIME.invokeExact(monotonic, time);
      assert result == 0;
      return time.getAtIndex(JAVA_LONG, 0) * 1_000_000 + time.getAtIndex(JAVA_LONG, 1) / 1_000;
    }
  }

  @Override
  public void close() throws IOException {
    CLibrary.close(descriptor);
  }
}
