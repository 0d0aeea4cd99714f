package dev.pounce.server.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lines of text between a supervisor and one worker process, over a Unix domain socket in the run
 * directory, which nobody else may enter. When one of the two ends, the other reads its end of
 * stream. One thread reads; any may write.
 */
final class Channel implements Closeable {

  private static final String NAME = "control";

  private final SocketChannel socket;
  private final BufferedReader in;
  private final ReentrantLock writing = new ReentrantLock();

  private Channel(SocketChannel socket) {
    this.socket = socket;
    this.in = new BufferedReader(Channels.newReader(socket, UTF_8));
  }

  /** Where worker processes connect to. */
  static ServerSocketChannel listen(Path directory) throws IOException {
    ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    door.bind(UnixDomainSocketAddress.of(directory.resolve(NAME)));
    return door;
  }

  /** Ends that; what is connected stays so. */
  static void close(ServerSocketChannel door, Path directory) throws IOException {
    door.close();
    Files.deleteIfExists(directory.resolve(NAME));
  }

  /** Waits for a worker process. */
  static Channel accept(ServerSocketChannel door) throws IOException {
    return new Channel(door.accept());
  }

  /** Connects to the supervisor. */
  static Channel connect(Path directory) throws IOException {
    return new Channel(SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve(NAME))));
  }

  /** Sends a line. What the other end does not hear any more is of no use to it. */
  void send(String line) {
    writing.lock();
    try {
      ByteBuffer octets = UTF_8.encode(line + "\n");
      while (octets.hasRemaining()) {
        socket.write(octets);
      }
    } catch (IOException e) {
      close();
    } finally {
      writing.unlock();
    }
  }

  /** Waits for a line; null when there are no more. */
  @Nullable String read() {
    try {
      return in.readLine();
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // it is of no more use
    }
  }
}
