package dev.pounce.server.listen;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * Keeps a readiness busy: each of its transports has something to read again as soon as it has been
 * read. Then a thread of the platform starts a virtual thread, which says that it runs.
 */
final class FullLoad {

  private static final int LOOPS = 16;
  private static final Duration LONG_ENOUGH_TO_BE_FULL = Duration.ofSeconds(1);

  private FullLoad() {}

  public static void main(String[] args) throws Exception {
    Readiness readiness = new Readiness();
    ListenSocket listener = ListenSocket.tcp("127.0.0.1", 0, LOOPS);
    for (int i = 0; i < LOOPS; i++) {
      var address = new InetSocketAddress("127.0.0.1", listener.port());
      Transport near = new PlainTransport(SocketChannel.open(address), readiness);
      Transport far = listener.accept(readiness, () -> false);
      Thread.startVirtualThread(() -> loop(near, far));
    }
    Thread.sleep(LONG_ENOUGH_TO_BE_FULL);
    Thread.startVirtualThread(() -> System.out.println("ran")).join();
    System.exit(0);
  }

  private static void loop(Transport near, Transport far) {
    ByteBuffer octets = ByteBuffer.allocate(16);
    try {
      while (true) {
        near.write(octets.clear().limit(1));
        far.read(octets.clear());
      }
    } catch (IOException e) {
      e.printStackTrace();
      System.exit(1);
    }
  }
}
