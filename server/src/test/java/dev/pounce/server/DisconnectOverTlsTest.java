package dev.pounce.server;

@OverTls
class DisconnectOverTlsTest extends DisconnectTest {}
