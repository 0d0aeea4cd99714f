package dev.pounce.server.config;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A set of peers: one address, a CIDR block (RFC 4632), {@code unix} for the peers on a Unix domain
 * socket, or {@code *} for every peer.
 */
public final class Network {

  /** Every peer, those on a Unix domain socket too. */
  public static final Network ANY = new Network("*", new byte[0], 0);

  /** Peers on a Unix domain socket, which have no address. */
  public static final Network UNIX = new Network("unix", new byte[0], -1);

  private static final String RULE = "an address, a CIDR block, unix or *";
  private static final Pattern DOTTED = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  private final String text;
  private final byte[] address;
  private final int prefix;

  private Network(String text, byte[] address, int prefix) {
    this.text = text;
    this.address = address;
    this.prefix = prefix;
  }

  /**
   * Reads {@code 10.0.0.1}, {@code 10.0.0.0/8}, {@code fd00::/8}, {@code unix} or {@code *}. No
   * name is looked up.
   *
   * @throws IllegalArgumentException if the text is none of these
   */
  public static Network parse(String text) {
    if (text.equals("*")) {
      return ANY;
    }
    if (text.equals("unix")) {
      return UNIX;
    }
    int slash = text.indexOf('/');
    byte[] address = literal(slash < 0 ? text : text.substring(0, slash)).getAddress();
    int bits = address.length * 8;
    return new Network(text, address, slash < 0 ? bits : prefix(text.substring(slash + 1), bits));
  }

  /**
   * Reads an IP address: four numbers with dots, or IPv6. None of the shortened forms of old, in
   * which {@code 10} means 0.0.0.10.
   *
   * @throws IllegalArgumentException if the text is none
   */
  public static InetAddress literal(String text) {
    boolean whole = text.indexOf(':') >= 0 || DOTTED.matcher(text).matches();
    if (whole && text.indexOf('%') < 0) {
      try {
        return InetAddress.ofLiteral(text);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(RULE, e);
      }
    }
    throw new IllegalArgumentException(RULE);
  }

  private static int prefix(String text, int bits) {
    if (!text.matches("\\d{1,3}") || Integer.parseInt(text) > bits) {
      throw new IllegalArgumentException("a prefix length of 0 to " + bits);
    }
    return Integer.parseInt(text);
  }

  /**
   * Whether the peer is in the set; a null peer, one on a Unix domain socket, only in {@code unix}
   * and {@code *}.
   */
  public boolean contains(@Nullable InetAddress peer) {
    if (this == UNIX) {
      return peer == null;
    }
    if (this == ANY) {
      return true;
    }
    return peer != null && matches(peer.getAddress());
  }

  private boolean matches(byte[] other) {
    if (other.length != address.length) {
      return false;
    }
    int whole = prefix / 8;
    if (!Arrays.equals(address, 0, whole, other, 0, whole)) {
      return false;
    }
    int rest = prefix % 8;
    return rest == 0 || ((address[whole] ^ other[whole]) & 0xff) >>> (8 - rest) == 0;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Network that && that.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The text that it was read from. */
  @Override
  public String toString() {
    return text;
  }
}
