package dev.pounce.observe.log;

import dev.pounce.observe.RequestId;
import java.util.Objects;

/** A request that was served. */
record Exchange(
    String method,
    String path,
    String httpVersion,
    int status,
    long bytesSent,
    long durationNanos,
    long endNanos,
    String client,
    RequestId requestId)
    implements AccessEntry {

  static final Exchange USUAL =
      new Exchange(
          "GET",
          "/",
          "1.1",
          200,
          1234,
          5_200_000,
          0,
          "127.0.0.1:5000",
          id("a1b2c3d4e5f67890abcdef1234567890"));

  Exchange ofPath(String path) {
    return new Exchange(
        method, path, httpVersion, status, bytesSent, durationNanos, endNanos, client, requestId);
  }

  Exchange withStatus(int status) {
    return new Exchange(
        method, path, httpVersion, status, bytesSent, durationNanos, endNanos, client, requestId);
  }

  Exchange lasting(long nanos) {
    return new Exchange(
        method, path, httpVersion, status, bytesSent, nanos, endNanos, client, requestId);
  }

  Exchange endingAt(long nanos) {
    return new Exchange(
        method, path, httpVersion, status, bytesSent, durationNanos, nanos, client, requestId);
  }

  Exchange sending(long bytes) {
    return new Exchange(
        method, path, httpVersion, status, bytes, durationNanos, endNanos, client, requestId);
  }

  Exchange by(String method, String client) {
    return new Exchange(
        method, path, httpVersion, status, bytesSent, durationNanos, endNanos, client, requestId);
  }

  Exchange withId(String id) {
    return new Exchange(
        method, path, httpVersion, status, bytesSent, durationNanos, endNanos, client, id(id));
  }

  private static RequestId id(String text) {
    return Objects.requireNonNull(RequestId.adopt(text), text);
  }
}
