package dev.pounce.server.http2;

import java.util.Locale;

/** Why a stream or a connection ends (RFC 9113, section 7), in the order of their numbers. */
enum ErrorCode {
  NO_ERROR,
  PROTOCOL_ERROR,
  INTERNAL_ERROR,
  FLOW_CONTROL_ERROR,
  SETTINGS_TIMEOUT,
  STREAM_CLOSED,
  FRAME_SIZE_ERROR,
  REFUSED_STREAM,
  CANCEL,
  COMPRESSION_ERROR,
  CONNECT_ERROR,
  ENHANCE_YOUR_CALM,
  INADEQUATE_SECURITY,
  HTTP_1_1_REQUIRED;

  private static final ErrorCode[] ALL = values();

  /** What a peer's number is called, for people. */
  static String name(int number) {
    return number >= 0 && number < ALL.length
        ? ALL[number].name().toLowerCase(Locale.ROOT)
        : "error " + Integer.toUnsignedString(number);
  }
}
