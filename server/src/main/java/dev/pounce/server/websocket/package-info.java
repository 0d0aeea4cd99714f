/**
 * WebSocket (RFC 6455) with permessage-deflate (RFC 7692), in blocking style: the codec, and the
 * exchange that holds an application to the contract. It knows neither HTTP/1.1 nor HTTP/2: whoever
 * carries a WebSocket implements {@link dev.pounce.server.websocket.Wire}.
 */
@NullMarked
package dev.pounce.server.websocket;

import org.jspecify.annotations.NullMarked;
