package dev.pounce.server.exchange;

import dev.pounce.app.Address;
import dev.pounce.app.Headers;
import dev.pounce.server.config.Network;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a trusted proxy says of the request that it passes on.
 *
 * <p>{@code X-Forwarded-For} is walked from right to left: each hop that is trusted vouches for the
 * one before it, and the first that is not is the client. Whatever stands further left was written
 * by that client, and anybody can write anything.
 *
 * @param headers the request's fields, with {@code X-Forwarded-Host} in the place of {@code Host}
 * @param client the client
 * @param scheme http or https
 */
record Forwarded(Headers headers, @Nullable Address client, String scheme) {

  /** Brackets with or without a port, or an IPv4 address with one. */
  private static final Pattern WITH_PORT =
      Pattern.compile("\\[([^\\]]*)](?::\\d{1,5})?|([^:]*):\\d{1,5}");

  private static final String FOR = "x-forwarded-for";
  private static final String PROTO = "x-forwarded-proto";
  private static final String HOST = "x-forwarded-host";
  private static final String PREFIX = "x-forwarded-";

  static Forwarded believed(Headers headers, Peer peer, List<Network> trusted) {
    Address client = client(headers.all(FOR), trusted);
    return new Forwarded(
        host(headers), client == null ? peer.client() : client, scheme(headers.first(PROTO), peer));
  }

  /** The fields without those that only a trusted peer may send. */
  static Headers stripped(Headers headers) {
    Headers kept = headers.without("forwarded");
    int i = 0;
    while (i < kept.size()) {
      if (kept.name(i).regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
        kept = kept.without(kept.name(i));
      } else {
        i++;
      }
    }
    return kept;
  }

  private static Headers host(Headers headers) {
    String host = headers.first(HOST);
    if (host == null) {
      return headers;
    }
    String first = firstOf(host);
    return !first.isEmpty() && Authority.isValid(first) ? headers.replace("host", first) : headers;
  }

  private static String scheme(@Nullable String proto, Peer peer) {
    if (proto == null) {
      return peer.scheme();
    }
    return firstOf(proto).toLowerCase(Locale.ROOT).equals("https") ? "https" : "http";
  }

  private static String firstOf(String list) {
    int comma = list.indexOf(',');
    return (comma < 0 ? list : list.substring(0, comma)).strip();
  }

  private static @Nullable Address client(List<String> fields, List<Network> trusted) {
    String[] hops = String.join(",", fields).split(",", -1);
    Address client = null;
    for (int i = hops.length - 1; i >= 0; i--) {
      InetAddress hop = address(hops[i].strip());
      if (hop == null) {
        return client;
      }
      client = new Address(hop.getHostAddress(), 0);
      if (trusted.stream().noneMatch(network -> network.contains(hop))) {
        return client;
      }
    }
    return client;
  }

  /**
   * An address as proxies write it: bare, {@code 1.2.3.4:567}, {@code [::1]} or {@code [::1]:567}.
   */
  private static @Nullable InetAddress address(String hop) {
    Matcher matcher = WITH_PORT.matcher(hop);
    String literal =
        !matcher.matches() ? hop : matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    try {
      return Network.literal(literal);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
