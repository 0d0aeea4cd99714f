package dev.pounce.server;

@OverTls
class BackpressureOverTlsTest extends BackpressureTest {}
