package dev.pounce.server;

@OverTls
class ContinueOverTlsTest extends ContinueTest {}
