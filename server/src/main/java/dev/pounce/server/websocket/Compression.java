package dev.pounce.server.websocket;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a handshake agreed on about permessage-deflate (RFC 7692, section 7.1).
 *
 * <p><b>Contexts.</b> A context that is kept costs 270 KiB of native memory for what the server
 * sends and 40 KiB for what it receives, as long as the connection lasts. So a server that does not
 * want to keep its own says so, offered or not, as it may. What it loses is compression among
 * messages that are small and alike. It could forbid the client the same, but there are clients in
 * wide use (Netty's, as it comes) that then give up the handshake: so that is left to them, and a
 * client costs its 40 KiB from its first compressed message on.
 *
 * <p><b>Windows.</b> The JDK's deflater has a window of 15 bits and cannot have another: an offer
 * that asks the server for a smaller one is declined, and the client's next considered. Its
 * inflater has 15 bits, too, and reads what any smaller window has written; a smaller one would
 * save it nothing. So whatever the client says of its own is accepted, and never asked for.
 *
 * @param serverTakeover whether the server's messages may refer to those before
 * @param clientTakeover whether the client's messages may refer to those before
 * @param response the value of {@code Sec-WebSocket-Extensions} in the response
 */
public record Compression(boolean serverTakeover, boolean clientTakeover, String response) {

  private static final String NAME = "permessage-deflate";
  private static final String SERVER_ALONE = "server_no_context_takeover";
  private static final String CLIENT_ALONE = "client_no_context_takeover";
  private static final String SERVER_WINDOW = "server_max_window_bits";
  private static final String CLIENT_WINDOW = "client_max_window_bits";
  private static final String LARGEST_WINDOW = "15";
  private static final Set<String> WINDOWS =
      Set.of("8", "9", "10", "11", "12", "13", "14", LARGEST_WINDOW);

  /**
   * Takes the first offer that is acceptable.
   *
   * @param extensions the values of {@code Sec-WebSocket-Extensions} in the request
   * @param takeover whether the server would keep the context of what it sends
   * @return null if none is acceptable: then there is no compression
   * @throws Unacceptable with 400 if the field is malformed
   */
  public static @Nullable Compression negotiate(List<String> extensions, boolean takeover)
      throws Unacceptable {
    for (Extension offer : Extension.parse(extensions)) {
      if (offer.name().equals(NAME) && isAcceptable(offer.parameters())) {
        return answer(offer.parameters(), takeover);
      }
    }
    return null;
  }

  private static boolean isAcceptable(List<Extension.Parameter> parameters) {
    Set<String> seen = new HashSet<>();
    for (Extension.Parameter parameter : parameters) {
      String value = parameter.value();
      boolean good =
          switch (parameter.name()) {
            case SERVER_ALONE, CLIENT_ALONE -> value == null;
            case SERVER_WINDOW -> LARGEST_WINDOW.equals(value);
            case CLIENT_WINDOW -> value == null || WINDOWS.contains(value);
            default -> false;
          };
      if (!good || !seen.add(parameter.name())) {
        return false;
      }
    }
    return true;
  }

  private static Compression answer(List<Extension.Parameter> offered, boolean takeover) {
    boolean server = takeover && !names(offered, SERVER_ALONE);
    boolean client = !names(offered, CLIENT_ALONE);
    String response =
        NAME
            + (server ? "" : "; " + SERVER_ALONE)
            + (client ? "" : "; " + CLIENT_ALONE)
            + (names(offered, SERVER_WINDOW) ? "; " + SERVER_WINDOW + "=" + LARGEST_WINDOW : "");
    return new Compression(server, client, response);
  }

  private static boolean names(List<Extension.Parameter> parameters, String name) {
    return parameters.stream().anyMatch(parameter -> parameter.name().equals(name));
  }
}
