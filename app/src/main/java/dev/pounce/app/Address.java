package dev.pounce.app;

/**
 * A network address.
 *
 * @param host an IP address in text form, without brackets
 * @param port 0 to 65535; 0 where it is not known
 */
public record Address(String host, int port) {

  /**
   * The usual text form: {@code 127.0.0.1:5000}, {@code [::1]:5000}, or the host alone at port 0.
   */
  @Override
  public String toString() {
    if (port == 0) {
      return host;
    }
    return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
  }
}
