package dev.pounce.server;

@OverTls
class WebSocketRulesOverTlsTest extends WebSocketRulesTest {}
