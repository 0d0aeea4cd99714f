package dev.pounce.server;

@OverTls
class ShutdownOverTlsTest extends ShutdownTest {}
