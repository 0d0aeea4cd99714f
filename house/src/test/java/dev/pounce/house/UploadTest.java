package dev.pounce.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.cli.Main;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.testkit.RawClient;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UploadTest {

  private static final String UPLOAD = "upload/Upload.java";
  private static final int MEBIBYTE = 1 << 20;

  @Test
  void upload_halfOfItIsThere_progressSaysSo(@TempDir Path cache) throws Exception {
    byte[] body = new byte[2 * MEBIBYTE];
    new Random(1).nextBytes(body);
    try (ServedExample example = ServedExample.of(UPLOAD, cache);
        RawClient watcher = example.ask("/progress");
        RawClient client = example.connect()) {
      watcher.readHead();
      client.send(head("half", body.length)).send(Arrays.copyOf(body, MEBIBYTE));
      readUntil(watcher, "event: half\ndata: " + MEBIBYTE + "\n\n");

      client.send(Arrays.copyOfRange(body, MEBIBYTE, body.length));
      assertThat(client.readResponse().text())
          .isEqualTo("%d bytes, SHA-256 %s%n", body.length, sha256(body));
      readUntil(watcher, ": 0 under way\n\n");
    }
  }

  @Test
  void upload_isCutShort_isNoLongerUnderWay(@TempDir Path cache) throws Exception {
    try (ServedExample example = ServedExample.of(UPLOAD, cache);
        RawClient watcher = example.ask("/progress")) {
      watcher.readHead();
      try (RawClient client = example.connect()) {
        client.send(head("short", 2)).send("x");
        readUntil(watcher, "event: short\ndata: 1\n\n");
      }
      readUntil(watcher, ": 0 under way\n\n");
    }
  }

  @Test
  void progress_clientLeaves_endsTheStream(@TempDir Path cache) throws Exception {
    try (ServedExample example = ServedExample.of(UPLOAD, cache)) {
      try (RawClient watcher = example.ask("/progress")) {
        watcher.readHead();
        watcher.readChunk();
      }
      assertThat(example.ended())
          .extracting(ConnectionCompleted::reason)
          .isEqualTo(ConnectionCompleted.Reason.CLIENT_DISCONNECT);
    }
  }

  @Test
  void upload_largerThanTheHeap_isTaken(@TempDir Path cache) throws Exception {
    int mebibytes = 256;
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "--port",
            "0",
            "--max-request-size",
            "1GiB",
            "examples/" + UPLOAD);
    byte[] piece = new byte[MEBIBYTE];
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (ServerProcess server =
            ServerProcess.start(
                Document.ROOT, command, Map.of("XDG_CACHE_HOME", cache.toString()));
        RawClient client = RawClient.connect(server.port())) {
      client.send(head("large", mebibytes * MEBIBYTE));
      for (int i = 0; i < mebibytes; i++) {
        client.send(piece);
        digest.update(piece);
      }
      assertThat(client.readResponse().text())
          .isEqualTo(
              "%d bytes, SHA-256 %s%n",
              mebibytes * MEBIBYTE, HexFormat.of().formatHex(digest.digest()));
    }
  }

  @Test
  void page_sendsAndWatches(@TempDir Path cache) throws Exception {
    try (ServedExample example = ServedExample.of(UPLOAD, cache)) {
      assertThat(example.text("/"))
          .contains("new EventSource(\"/progress\")", "fetch(\"/uploads/\" + id");
    }
  }

  private static String head(String id, int length) {
    return "PUT /uploads/%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
        .formatted(id, length);
  }

  private static void readUntil(RawClient watcher, String event) throws Exception {
    String told = "";
    while (!told.equals(event)) {
      told = new String(watcher.readChunk(), UTF_8);
    }
  }

  private static String sha256(byte[] body) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
  }
}
