package dev.pounce.server.http2;

import dev.pounce.server.OverTls;

@OverTls
class TurnOverTlsTest extends TurnTest {}
