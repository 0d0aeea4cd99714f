package dev.pounce.server;

@OverTls
class CompressedStreamOverTlsTest extends CompressedStreamTest {}
