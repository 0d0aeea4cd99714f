package dev.pounce.server.http2;

import dev.pounce.server.OverTls;

@OverTls
class LifelineOverTlsTest extends LifelineTest {}
