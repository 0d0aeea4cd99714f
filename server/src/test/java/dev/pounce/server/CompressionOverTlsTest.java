package dev.pounce.server;

@OverTls
class CompressionOverTlsTest extends CompressionTest {}
