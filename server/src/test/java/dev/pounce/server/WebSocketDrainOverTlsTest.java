package dev.pounce.server;

@OverTls
class WebSocketDrainOverTlsTest extends WebSocketDrainTest {}
