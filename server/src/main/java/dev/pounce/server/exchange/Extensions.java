package dev.pounce.server.exchange;

import dev.pounce.observe.RequestId;
import dev.pounce.server.tls.Handshake;
import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the server adds to a scope. It is made when somebody looks, not before. */
final class Extensions extends AbstractMap<String, Object> {

  private static final String REQUEST_ID = "request_id";
  private static final String TLS = "tls";

  /** That a WebSocket can be refused with a response. */
  private static final String DENIAL = "websocket.http.response";

  private final RequestId id;
  private final @Nullable Handshake secured;
  private final boolean deniable;

  /** Those of a WebSocket ({@code deniable}), or of a request that opens none. */
  Extensions(RequestId id, @Nullable Handshake secured, boolean deniable) {
    this.deniable = deniable;
    this.id = id;
    this.secured = secured;
  }

  @Override
  public @Nullable Object get(@Nullable Object key) {
    if (REQUEST_ID.equals(key)) {
      return id.toString();
    }
    if (DENIAL.equals(key)) {
      return deniable ? Map.of() : null;
    }
    return TLS.equals(key) && secured != null ? secured.extension() : null;
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return REQUEST_ID.equals(key)
        || TLS.equals(key) && secured != null
        || DENIAL.equals(key) && deniable;
  }

  @Override
  public Set<Map.Entry<String, Object>> entrySet() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put(REQUEST_ID, id.toString());
    if (secured != null) {
      all.put(TLS, secured.extension());
    }
    if (deniable) {
      all.put(DENIAL, Map.of());
    }
    return Collections.unmodifiableMap(all).entrySet();
  }
}
