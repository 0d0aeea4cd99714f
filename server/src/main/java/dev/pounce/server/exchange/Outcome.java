package dev.pounce.server.exchange;

import dev.pounce.app.HttpScope;
import dev.pounce.observe.RequestId;
import dev.pounce.observe.log.AccessEntry;

/** What an exchange comes to, as the access log has it. */
abstract class Outcome implements AccessEntry {

  final Service service;
  final HttpScope scope;
  private final RequestId id;
  private final Peer peer;
  private final long startNanos;

  int status;
  long sent;
  private long endNanos;

  Outcome(Service service, Peer peer, RequestId id, HttpScope scope, long startNanos) {
    this.service = service;
    this.peer = peer;
    this.id = id;
    this.scope = scope;
    this.startNanos = startNanos;
  }

  /** Notes the status of an answer that somebody else has given. */
  protected final void answeredWith(int status, long bytes) {
    this.status = status;
    this.sent = bytes;
  }

  /**
   * Writes the exchange into the access log. Called once, when its last byte has been written or
   * its connection has ended.
   *
   * @param scratch a buffer of the caller's thread
   * @return the buffer, or a larger one in its place
   */
  public final byte[] complete(long endNanos, byte[] scratch) {
    this.endNanos = endNanos;
    return service.log().enabled(status) ? service.log().record(this, scratch) : scratch;
  }

  @Override
  public final RequestId requestId() {
    return id;
  }

  @Override
  public final String method() {
    return scope.method();
  }

  @Override
  public final String path() {
    return scope.rawPath();
  }

  @Override
  public final String httpVersion() {
    return scope.httpVersion();
  }

  @Override
  public final int status() {
    return status;
  }

  @Override
  public final long bytesSent() {
    return sent;
  }

  @Override
  public final long endNanos() {
    return endNanos;
  }

  @Override
  public final long durationNanos() {
    return endNanos - startNanos;
  }

  @Override
  public final String client() {
    return scope.client() == peer.client() ? peer.name() : String.valueOf(scope.client());
  }
}
