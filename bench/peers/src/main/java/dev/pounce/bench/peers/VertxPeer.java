package dev.pounce.bench.peers;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.PfxOptions;

/** Vert.x on its native transport: a verticle for each core, answering on the event loop. */
final class VertxPeer extends VerticleBase {
  private static final Buffer BODY = Buffer.buffer("Hello, World!");

  private final Endpoint endpoint;

  private VertxPeer(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  static void serve(Endpoint endpoint) {
    int cores = Runtime.getRuntime().availableProcessors();
    Vertx.vertx(new VertxOptions().setPreferNativeTransport(true))
        .deployVerticle(() -> new VertxPeer(endpoint), new DeploymentOptions().setInstances(cores))
        .await();
  }

  @Override
  public Future<?> start() {
    return vertx
        .createHttpServer(options())
        .webSocketHandler(socket -> socket.textMessageHandler(socket::writeTextMessage))
        .requestHandler(request -> {
          if (request.path().equals("/plaintext")) {
            request.response().putHeader("Content-Type", "text/plain").end(BODY);
          } else {
            request.response().setStatusCode(404).end();
          }
        })
        .listen();
  }

  private HttpServerOptions options() {
    var options =
        new HttpServerOptions()
            .setHost("127.0.0.1")
            .setPort(endpoint.port())
            .setAcceptBacklog(2048)
            .setPerMessageWebSocketCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false);
    if (endpoint.speaks(Endpoint.Protocol.H2)) {
      options
          .setSsl(true)
          .setUseAlpn(true)
          .setSslEngineOptions(new JdkSSLEngineOptions())
          .setKeyCertOptions(
              new PfxOptions()
                  .setPath(endpoint.keystore().toString())
                  .setPassword(Endpoint.PASSWORD));
    }
    return options;
  }
}
