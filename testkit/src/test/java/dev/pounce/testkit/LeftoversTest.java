package dev.pounce.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherFactory;

class LeftoversTest {

  private static final List<AutoCloseable> left = new ArrayList<>();

  @AfterEach
  void takeAway() throws Exception {
    for (AutoCloseable leftover : left) {
      leftover.close();
    }
    left.clear();
  }

  @Test
  void run_thatLeavesNothing_passes() {
    assertThat(outcomeOf(Tidy.class).getStatus()).isEqualTo(Status.SUCCESSFUL);
  }

  @Test
  void run_thatLeavesAThread_failsWithItsNameAndStack() {
    assertThat(failureOf(LeavesThread.class))
        .contains("\"forgotten\", first seen after " + LeavesThread.class.getName())
        .contains("java.util.concurrent.CountDownLatch.await");
  }

  @Test
  void run_thatLeavesAVirtualThread_failsWithItsNameAndStack() {
    assertThat(failureOf(LeavesVirtualThread.class))
        .contains("virtual thread #")
        .contains("\"adrift\"")
        .contains("java.util.concurrent.CountDownLatch.await");
  }

  @Test
  void run_thatLeavesASocket_failsWithItsPort() {
    assertThat(failureOf(LeavesSocket.class))
        .containsPattern("socket \\d+")
        .contains(", port " + LeavesSocket.port)
        .contains("listening");
  }

  @Test
  void run_thatLeavesATemporaryFile_failsWithItsPath() {
    assertThat(failureOf(LeavesFile.class)).contains("file " + LeavesFile.file);
  }

  @Test
  void run_thatMadeARecording_passes() {
    assertThat(outcomeOf(Records.class).getStatus()).isEqualTo(Status.SUCCESSFUL);
  }

  @Test
  void run_thatLeavesARecording_failsWithItsFile() {
    assertThat(failureOf(LeavesRecording.class)).containsPattern("file .*\\.jfr");
  }

  @Test
  void run_thatLeavesAProcess_failsWithItsNumberAndCommand() {
    assertThat(failureOf(LeavesProcess.class))
        .contains("process " + LeavesProcess.pid)
        .contains("/sleep");
  }

  private static String failureOf(Class<?> suite) {
    return outcomeOf(suite).getThrowable().orElseThrow().getMessage();
  }

  /** The outcome of the run as a whole. */
  private static TestExecutionResult outcomeOf(Class<?> suite) {
    List<TestExecutionResult> outcomes = new ArrayList<>();
    LauncherFactory.create()
        .execute(
            request()
                .selectors(selectClass(suite))
                .configurationParameter(Leftovers.PATIENCE, "PT0.1S")
                .build(),
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.getParentId().isEmpty()) {
                  outcomes.add(result);
                } else {
                  assertThat(result.getStatus()).isEqualTo(Status.SUCCESSFUL);
                }
              }
            });
    assertThat(outcomes).hasSize(1);
    return outcomes.getFirst();
  }

  static class Tidy {
    @Test
    void opensAndCloses() throws IOException {
      try (ServerSocket socket = new ServerSocket(0)) {
        assertThat(socket.isBound()).isTrue();
      }
    }
  }

  static class LeavesThread {
    @Test
    void leave() {
      leaveWaiting(Thread.ofPlatform().name("forgotten"));
    }
  }

  static class LeavesVirtualThread {
    @Test
    void leave() {
      leaveWaiting(Thread.ofVirtual().name("adrift"));
    }
  }

  private static void leaveWaiting(Thread.Builder builder) {
    CountDownLatch never = new CountDownLatch(1);
    Thread thread =
        builder.start(() -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    left.add(() -> {
      thread.interrupt();
      thread.join();
    });
  }

  static class LeavesSocket {
    static int port;

    @Test
    void leave() throws IOException {
      ServerSocket socket = new ServerSocket(0);
      left.add(socket);
      port = socket.getLocalPort();
    }
  }

  static class LeavesFile {
    static Path file = Path.of("");

    @Test
    void leave() throws IOException {
      file = Files.createTempFile("forgotten", ".txt");
      left.add(() -> Files.delete(file));
    }
  }

  static class Records {
    @Test
    void startsAndCloses() {
      try (Recording recording = new Recording()) {
        recording.start();
        assertThat(recording.getState()).isEqualTo(RecordingState.RUNNING);
      }
    }
  }

  static class LeavesRecording {
    @Test
    void leave() {
      Recording recording = new Recording();
      recording.start();
      left.add(recording::close);
    }
  }

  static class LeavesProcess {
    static long pid;

    @Test
    void leave() throws IOException {
      Process process = new ProcessBuilder("sleep", "60").start();
      pid = process.pid();
      left.add(() -> {
        process.destroyForcibly();
        process.waitFor();
      });
    }
  }
}
