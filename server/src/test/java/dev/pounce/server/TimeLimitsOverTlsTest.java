package dev.pounce.server;

@OverTls
class TimeLimitsOverTlsTest extends TimeLimitsTest {}
