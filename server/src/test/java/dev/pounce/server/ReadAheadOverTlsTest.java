package dev.pounce.server;

@OverTls
class ReadAheadOverTlsTest extends ReadAheadTest {}
