package dev.pounce.server.exchange;

import dev.pounce.observe.RequestId;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the server adds to a scope. The ID becomes a String when somebody looks, not before. */
final class Extensions extends AbstractMap<String, Object> {

  private static final String REQUEST_ID = "request_id";

  private final RequestId id;

  Extensions(RequestId id) {
    this.id = id;
  }

  @Override
  public @Nullable Object get(@Nullable Object key) {
    return REQUEST_ID.equals(key) ? id.toString() : null;
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return REQUEST_ID.equals(key);
  }

  @Override
  public Set<Map.Entry<String, Object>> entrySet() {
    return Set.of(Map.entry(REQUEST_ID, id.toString()));
  }
}
