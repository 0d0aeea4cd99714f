package dev.pounce.server;

@OverTls
class ReloadOverTlsTest extends ReloadTest {}
