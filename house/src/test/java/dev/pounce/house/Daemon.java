package dev.pounce.house;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A server of someone else's in the foreground, for as long as a test needs it. */
record Daemon(Process process, int port) implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Starts it, and waits until it accepts connections at the port. */
  static Daemon start(int port, String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Daemon daemon = new Daemon(process, port);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!daemon.accepts()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        process.destroyForcibly();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        throw new AssertionError(command[0] + " does not start: " + said);
      }
      process.waitFor(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    }
    return daemon;
  }

  private boolean accepts() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (ConnectException e) {
      return false;
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }
}
