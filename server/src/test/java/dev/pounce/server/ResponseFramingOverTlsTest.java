package dev.pounce.server;

@OverTls
class ResponseFramingOverTlsTest extends ResponseFramingTest {}
