/**
 * The codec of WebSocket (RFC 6455) with permessage-deflate (RFC 7692), in blocking style: what of
 * a handshake is not HTTP, messages read, messages written, and the close. It knows neither
 * HTTP/1.1 nor HTTP/2: whoever carries a WebSocket implements {@link
 * dev.pounce.server.websocket.Inflow} and {@link dev.pounce.server.websocket.Outflow}.
 */
@NullMarked
package dev.pounce.server.websocket;

import org.jspecify.annotations.NullMarked;
