package dev.pounce.observe.metrics;

import dev.pounce.observe.RequestRejected;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was counted up to a moment.
 *
 * @param requestsTotal the requests that were answered, sorted by method and status; each count is
 *     1 or more
 * @param durationSum the time that these requests took together, to the microsecond
 * @param durationCount how many they are
 * @param connectionsActive the connections now open, 0 or more
 * @param requestsInFlight the requests now being processed, 0 or more
 * @param bytesSentTotal the bytes of bodies sent
 * @param rejectedTotal the requests that the server refused, by each reason there is; counts may be
 *     0
 * @param clientDisconnectsTotal how many clients left in the middle of a request
 */
public record Snapshot(
    Map<Outcome, Long> requestsTotal,
    Duration durationSum,
    long durationCount,
    long connectionsActive,
    long requestsInFlight,
    long bytesSentTotal,
    Map<RequestRejected.Reason, Long> rejectedTotal,
    long clientDisconnectsTotal) {

  /** Stands for methods that are not told apart, and for statuses that HTTP does not know. */
  static final String OTHER = "_OTHER";

  /** Copies the maps. */
  public Snapshot {
    requestsTotal = Collections.unmodifiableMap(new LinkedHashMap<>(requestsTotal));
    rejectedTotal = Collections.unmodifiableMap(new LinkedHashMap<>(rejectedTotal));
  }

  /**
   * How a request was answered.
   *
   * @param method one of GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE and PATCH; {@code
   *     _OTHER} stands for the rest
   * @param status 100 to 599; {@code _OTHER} stands for the rest
   */
  public record Outcome(String method, String status) {}
}
