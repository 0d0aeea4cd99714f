package dev.pounce.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails a test run that leaves something behind: a thread, a virtual thread, a socket, a child
 * process or a temporary file.
 *
 * <p>Registered for every test of every module that has this one on its class path. The first class
 * opens a watch in the root context; JUnit closes it after the last one, when all other resources
 * of the run are closed, and what it throws fails the run as a test does. Looking after each class
 * only finds the class to name.
 */
public final class Leftovers implements BeforeAllCallback, AfterAllCallback {

  /** Configuration parameter: how long what is about to close may take, as {@code PT2S}. */
  static final String PATIENCE = "dev.pounce.testkit.patience";

  private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
  private static final Namespace NAMESPACE = Namespace.create(Leftovers.class);

  /** Called by JUnit. */
  public Leftovers() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(
            Watch.class,
            key ->
                new Watch(
                    context
                        .getConfigurationParameter(PATIENCE, Duration::parse)
                        .orElse(TWO_SECONDS)),
            Watch.class);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Watch watch = context.getRoot().getStore(NAMESPACE).get(Watch.class, Watch.class);
    if (watch != null) {
      watch.look(context.getRequiredTestClass().getName());
    }
  }

  private static final class Watch implements AutoCloseable {

    private final Census before;
    private final Map<String, String> firstSeenAfter = new HashMap<>();
    private final Duration patience;

    Watch(Duration patience) {
      this.patience = patience;
      settleTheJdk();
      before = Census.take();
    }

    void look(String testClass) {
      for (String entry : Census.take().since(before).keySet()) {
        firstSeenAfter.putIfAbsent(entry, testClass);
      }
    }

    @Override
    public void close() throws InterruptedException {
      long deadline = System.nanoTime() + patience.toNanos();
      Map<String, String> left = Census.take().since(before);
      while (!left.isEmpty() && System.nanoTime() < deadline) {
        Thread.sleep(BETWEEN_LOOKS);
        left = Census.take().since(before);
      }
      if (!left.isEmpty()) {
        throw new AssertionError(report(left));
      }
    }

    private String report(Map<String, String> left) {
      StringBuilder report = new StringBuilder("the test run left something behind:");
      left.forEach((entry, where) -> {
        @Nullable String testClass = firstSeenAfter.get(entry);
        report
            .append("\n  ")
            .append(entry)
            .append(testClass == null ? "" : ", first seen after " + testClass)
            .append(where.isEmpty() ? "" : "\n" + where);
      });
      return report.toString();
    }

    /** The JDK keeps a socket and some threads of its own from the first connection on. */
    private static void settleTheJdk() {
      InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      try (ServerSocketChannel server = ServerSocketChannel.open().bind(any);
          SocketChannel client = SocketChannel.open(server.getLocalAddress());
          SocketChannel accepted = server.accept()) {
        client.shutdownOutput();
        accepted.shutdownOutput();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
