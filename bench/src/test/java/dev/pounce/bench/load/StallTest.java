package dev.pounce.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A worker process that does not run while its server is told to stop. */
@Timeout(120)
class StallTest {
  private static final int CONNECTIONS = 200;

  private static Instance start(int port, Path scratch) throws Exception {
    List<String> command = new ArrayList<>(Pounce.command());
    command.add(Pounce.WITNESS.toString());
    command.addAll(List.of("--port", "" + port, "--worker-mode", "process"));
    return Instance.start(command, Map.of("XDG_CACHE_HOME", scratch.toString()));
  }

  /** Sends a request over a new connection, which nobody accepts yet. */
  private static Socket ask(int port) throws IOException {
    Socket socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
    socket.getOutputStream().write(Probe.request("/", "close").getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String status(Socket socket) throws IOException {
    byte[] line = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
    if (line.length == 0) {
      throw new EOFException("no answer");
    }
    return new String(line, StandardCharsets.US_ASCII);
  }

  @RepeatedTest(3)
  void sigterm_requestsWaitToBeAccepted_areAllAnsweredOrRefused(@TempDir Path scratch)
      throws Exception {
    int port = Probe.freePort();
    List<Socket> sockets = new ArrayList<>();
    try (Instance instance = start(port, scratch)) {
      long worker = instance.workers().getFirst().pid();
      Instance.signal("STOP", worker);
      for (int i = 0; i < CONNECTIONS; i++) {
        sockets.add(ask(port));
      }
      instance.signal("TERM");
      instance.await(0, line -> line.contains("Shutting down 1 worker(s)..."));
      Instance.signal("CONT", worker);
      for (Socket socket : sockets) {
        assertThat(status(socket)).isIn("HTTP/1.1 200", "HTTP/1.1 503");
        socket.close();
      }
      assertThat(instance.exitCode()).isZero();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }
}
