package dev.pounce.server.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.BindException;
import java.net.SocketException;

/**
 * Functions of the C library by their own names, with {@code errno} made an exception as the JDK
 * makes it: a {@link SocketException} with the system's words, a {@link BindException} where an
 * address is taken or not ours.
 *
 * <p>The linker costs tens of milliseconds, so the functions are looked up when the first is
 * called, and a server that needs none of them calls none. Numbers are those of Linux on x86-64 and
 * AArch64.
 */
@SuppressWarnings("restricted") // to call foreign functions is what this is for
final class CLibrary {

  static final int AF_UNIX = 1;
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int SOCK_STREAM = 1;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int SOL_SOCKET = 1;
  static final int SO_REUSEADDR = 2;
  static final int SO_TYPE = 3;
  static final int SO_SNDTIMEO = 21;
  static final int SO_ACCEPTCONN = 30;
  static final int IPPROTO_IPV6 = 41;
  static final int IPV6_V6ONLY = 26;
  static final int MSG_NOSIGNAL = 0x4000;

  private static final int EADDRINUSE = 98;
  private static final int EADDRNOTAVAIL = 99;

  /** Longer than any text that the C library has for an error. */
  private static final int LONGEST_TEXT = 1024;

  private CLibrary() {}

  /** Looked up once, at the first call. */
  private static final class Functions {

    static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
    static final MethodHandle SOCKET = function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    static final MethodHandle BIND = function("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    static final MethodHandle LISTEN = function("listen", JAVA_INT, JAVA_INT, JAVA_INT);
    static final MethodHandle SETSOCKOPT =
        function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    static final MethodHandle GETSOCKOPT =
        function("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    static final MethodHandle SENDTO =
        function("sendto", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    static final MethodHandle DUP2 = function("dup2", JAVA_INT, JAVA_INT, JAVA_INT);
    static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
    static final MethodHandle STRERROR = function("strerror", ADDRESS, JAVA_INT);

    private static MethodHandle function(
        String name, MemoryLayout result, MemoryLayout... parameters) {
      if (!System.getProperty("os.name").equals("Linux")) {
        throw new UnsupportedOperationException("this needs Linux");
      }
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().findOrThrow(name),
          FunctionDescriptor.of(result, parameters),
          Linker.Option.captureCallState("errno"));
    }
  }

  private interface Call {
    long on(MemorySegment state) throws Throwable;
  }

  static int socket(int family, int type) throws SocketException {
    return checked(state -> (int) Functions.SOCKET.invokeExact(state, family, type, 0));
  }

  static void bind(int descriptor, MemorySegment address) throws SocketException {
    int length = (int) address.byteSize();
    checked(state -> (int) Functions.BIND.invokeExact(state, descriptor, address, length));
  }

  static void listen(int descriptor, int backlog) throws SocketException {
    checked(state -> (int) Functions.LISTEN.invokeExact(state, descriptor, backlog));
  }

  static void setsockopt(int descriptor, int level, int name, MemorySegment value)
      throws SocketException {
    int length = (int) value.byteSize();
    checked(state ->
        (int) Functions.SETSOCKOPT.invokeExact(state, descriptor, level, name, value, length));
  }

  /** The value of an option that is an int. */
  static int getsockopt(int descriptor, int level, int name) throws SocketException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(JAVA_INT);
      MemorySegment length = arena.allocateFrom(JAVA_INT, (int) JAVA_INT.byteSize());
      checked(state ->
          (int) Functions.GETSOCKOPT.invokeExact(state, descriptor, level, name, value, length));
      return value.get(JAVA_INT, 0);
    }
  }

  static void sendto(int descriptor, MemorySegment octets, MemorySegment address)
      throws SocketException {
    long count = octets.byteSize();
    int length = (int) address.byteSize();
    checked(state ->
        (long)
            Functions.SENDTO.invokeExact(
                state, descriptor, octets, count, MSG_NOSIGNAL, address, length));
  }

  static void dup2(int descriptor, int target) throws SocketException {
    checked(state -> (int) Functions.DUP2.invokeExact(state, descriptor, target));
  }

  static void close(int descriptor) throws SocketException {
    checked(state -> (int) Functions.CLOSE.invokeExact(state, descriptor));
  }

  /** What the call returns, if that is not negative. */
  private static int checked(Call call) throws SocketException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Functions.STATE);
      long result = call.on(state);
      if (result < 0) {
        throw failure((int) Functions.ERRNO.get(state, 0L), state);
      }
      return (int) result;
    } catch (LinkageError e) { // also what the lookup throws
      SocketException failure =
          new SocketException(
              "the C library can't be called: that needs Linux, and Java's option"
                  + " --enable-native-access=ALL-UNNAMED");
      failure.initCause(e);
      throw failure;
    } catch (SocketException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a function of the C library has thrown", e);
    }
  }

  private static SocketException failure(int errno, MemorySegment state) throws Throwable {
    String text =
        ((MemorySegment) Functions.STRERROR.invokeExact(state, errno))
            .reinterpret(LONGEST_TEXT)
            .getString(0);
    return errno == EADDRINUSE || errno == EADDRNOTAVAIL
        ? new BindException(text)
        : new SocketException(text);
  }
}
