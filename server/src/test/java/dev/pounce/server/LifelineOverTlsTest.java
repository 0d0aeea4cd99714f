package dev.pounce.server;

@OverTls
class LifelineOverTlsTest extends LifelineTest {}
