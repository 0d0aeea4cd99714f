package dev.pounce.server;

@OverTls
class FramingOverTlsTest extends FramingTest {}
