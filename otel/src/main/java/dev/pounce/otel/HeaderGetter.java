package dev.pounce.otel;

import dev.pounce.app.Header;
import dev.pounce.app.Headers;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Iterator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Shows a request's fields to propagators. Several fields of one name are one list, as in all of
 * HTTP; so two parents are none, which is what Trace Context demands.
 */
enum HeaderGetter implements TextMapGetter<Headers> {
  INSTANCE;

  @Override
  public Iterable<String> keys(Headers headers) {
    return StreamSupport.stream(headers.spliterator(), false).map(Header::name).toList();
  }

  @Override
  public @Nullable String get(@Nullable Headers headers, String key) {
    if (headers == null || !headers.contains(key)) {
      return null;
    }
    return String.join(",", headers.all(key));
  }

  @Override
  public Iterator<String> getAll(@Nullable Headers headers, String key) {
    return (headers == null ? List.<String>of() : headers.all(key)).iterator();
  }
}
