package dev.pounce.server.systemd;

import dev.pounce.server.posix.Descriptor;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The socket that systemd listens on in our stead, and hands over as descriptor 3 when it starts
 * the service: {@code LISTEN_FDS} and {@code LISTEN_PID}, as in {@code sd_listen_fds(3)}.
 */
public final class Activation {

  private static final int FIRST = 3;
  private static final AtomicBoolean TAKEN = new AtomicBoolean();

  private Activation() {}

  /**
   * Takes the socket, if this process was given one. It can be taken once: it is the first server's
   * of a process.
   *
   * @param environment the process's
   * @return the socket, or empty where systemd gave none, or it is taken
   * @throws IOException if what systemd gave is not one listening stream socket; the message says
   *     what it is and what to do
   */
  public static Optional<Descriptor> take(Map<String, String> environment) throws IOException {
    String count = environment.get("LISTEN_FDS");
    if (count == null || !isOwn(environment.get("LISTEN_PID")) || TAKEN.getAndSet(true)) {
      return Optional.empty();
    }
    if (!count.equals("1")) {
      throw new IOException(
          "systemd gave "
              + count
              + " sockets, and the server takes one: leave one ListenStream in the .socket unit");
    }
    Descriptor given = Descriptor.of(FIRST);
    Descriptor.Kind kind = given.kind();
    if (kind != Descriptor.Kind.LISTENING) {
      throw new IOException(
          "what systemd gave is " + kind + ": the .socket unit needs ListenStream, and Accept=no");
    }
    return Optional.of(given);
  }

  /** Whether what the environment says is meant for this process, and not for one above it. */
  private static boolean isOwn(@Nullable String pid) {
    return String.valueOf(ProcessHandle.current().pid()).equals(pid);
  }
}
