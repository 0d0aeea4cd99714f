package dev.pounce.server;

@OverTls
class WebSocketWatchOverTlsTest extends WebSocketWatchTest {}
