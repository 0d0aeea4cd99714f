package dev.pounce.server;

@OverTls
class FailureOverTlsTest extends FailureTest {}
