package dev.pounce.bench.peers;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;

/** Vert.x on its native transport: a verticle for each core, answering on the event loop. */
final class VertxPeer extends VerticleBase {
  private static final Buffer BODY = Buffer.buffer("Hello, World!");

  private final int port;

  private VertxPeer(int port) {
    this.port = port;
  }

  static void serve(int port) {
    int cores = Runtime.getRuntime().availableProcessors();
    Vertx.vertx(new VertxOptions().setPreferNativeTransport(true))
        .deployVerticle(() -> new VertxPeer(port), new DeploymentOptions().setInstances(cores))
        .await();
  }

  @Override
  public Future<?> start() {
    return vertx
        .createHttpServer(
            new HttpServerOptions().setHost("127.0.0.1").setPort(port).setAcceptBacklog(2048))
        .requestHandler(request -> {
          if (request.path().equals("/plaintext")) {
            request.response().putHeader("Content-Type", "text/plain").end(BODY);
          } else {
            request.response().setStatusCode(404).end();
          }
        })
        .listen();
  }
}
