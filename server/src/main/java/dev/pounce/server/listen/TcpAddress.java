package dev.pounce.server.listen;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;

/**
 * Where to listen.
 *
 * @param host as it was asked for: a name or an IP address
 * @param ip what that stands for
 */
record TcpAddress(String host, InetSocketAddress ip) {

  private static final int FIRST_UNPRIVILEGED_PORT = 1024;

  static TcpAddress of(String host, int port) throws IOException {
    try {
      return new TcpAddress(host, new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (UnknownHostException e) {
      throw new IOException("host " + host + " is not known: choose an address of this machine", e);
    }
  }

  /** Why one can't listen here, and what to do, from what the system says. */
  IOException failure(SocketException e) {
    return new IOException(reason(e), e);
  }

  private String reason(SocketException e) {
    String message = String.valueOf(e.getMessage());
    if (message.startsWith("Permission denied")) {
      return "port "
          + ip.getPort()
          + " needs privileges that this process lacks: choose a port from "
          + FIRST_UNPRIVILEGED_PORT
          + " on";
    }
    if (e instanceof BindException && message.startsWith("Address already in use")) {
      return "port "
          + ip.getPort()
          + " on "
          + host
          + " is taken: stop what listens there, or choose another port";
    }
    return "can't listen on " + host + " port " + ip.getPort() + ": " + message;
  }
}
