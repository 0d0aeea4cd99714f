package dev.pounce.server;

@OverTls
class WebSocketContractOverTlsTest extends WebSocketContractTest {}
