package dev.pounce.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Headers;
import dev.pounce.app.WebSocketAccept;
import dev.pounce.server.websocket.Echo;
import dev.pounce.server.websocket.FrameClient;
import dev.pounce.server.websocket.Frames;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.extensions.compression.WebSocketClientCompressionHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that others have written, on the other side of TLS, of a proxy, of a socket file. */
@Timeout(60)
class WebSocketClientsTest {

  private static final String LARGE = "much of the same \u00e4, ".repeat(50_000);

  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  @TempDir private Path directory;

  private String hear() throws InterruptedException {
    return heard.poll(10, TimeUnit.SECONDS);
  }

  private void talk(HttpClient http, URI uri) throws Exception {
    WebSocket client =
        http.newWebSocketBuilder().buildAsync(uri, new Ear()).get(10, TimeUnit.SECONDS);
    client.sendText("Hel", false).get(10, TimeUnit.SECONDS);
    client.sendText("lo", true).get(10, TimeUnit.SECONDS);
    assertThat(hear()).isEqualTo("text Hello");
    client.sendText(LARGE, true).get(10, TimeUnit.SECONDS);
    assertThat(hear()).isEqualTo("text " + LARGE);
    client.sendBinary(ByteBuffer.wrap(new byte[] {1, -1}), true).get(10, TimeUnit.SECONDS);
    assertThat(hear()).isEqualTo("binary 2");
    client.sendPing(ByteBuffer.wrap(new byte[125])).get(10, TimeUnit.SECONDS);
    assertThat(hear()).isEqualTo("pong 125");
    client.sendClose(3000, "bye").get(10, TimeUnit.SECONDS);
    assertThat(hear()).isEqualTo("close 3000");
  }

  private static URI uri(String scheme, int port) {
    return URI.create(scheme + "://localhost:" + port + "/");
  }

  @Test
  void jdk_talks() throws Exception {
    try (Running server = Running.serve(Echo::handle);
        HttpClient http = HttpClient.newHttpClient()) {
      talk(http, uri("ws", server.port()));
    }
  }

  @Test
  void jdk_offersSubprotocols_hasTheOneThatTheApplicationTakes() throws Exception {
    try (Running server =
            Running.serve(
                Sockets.app((scope, receive, send) ->
                    send.send(new WebSocketAccept("superchat", Headers.none()))));
        HttpClient http = HttpClient.newHttpClient()) {
      WebSocket client =
          http.newWebSocketBuilder()
              .subprotocols("chat", "superchat")
              .buildAsync(uri("ws", server.port()), new Ear())
              .get(10, TimeUnit.SECONDS);
      assertThat(client.getSubprotocol()).isEqualTo("superchat");
      assertThat(hear()).isEqualTo("close 1000");
    }
  }

  @Test
  void jdk_talksOverTls() throws Exception {
    Secured.write(directory);
    try (Running server = Running.serve(Echo::handle, Secured.settings(directory));
        HttpClient http = HttpClient.newBuilder().sslContext(Secured.client()).build()) {
      talk(http, uri("wss", server.port()));
    }
  }

  @Test
  void jdk_talksThroughNginx() throws Exception {
    String location =
        """
        location / {
          proxy_pass http://pounce;
          proxy_set_header Upgrade $http_upgrade;
          proxy_set_header Connection "upgrade";
        }
        """;
    try (Running server = Running.serve(Echo::handle);
        Nginx nginx = Nginx.start(directory, "127.0.0.1:" + server.port(), location);
        HttpClient http = HttpClient.newHttpClient()) {
      talk(http, uri("ws", nginx.port()));
    }
  }

  @Test
  void unixDomainSocket_carriesAWebSocket() throws Exception {
    Path path = directory.resolve("pounce.sock");
    try (Running server = Running.serve(Echo::handle, settings -> settings.uds(path));
        java.nio.channels.SocketChannel client =
            java.nio.channels.SocketChannel.open(StandardProtocolFamily.UNIX)) {
      client.connect(UnixDomainSocketAddress.of(path));
      client.write(ByteBuffer.wrap(FrameClient.handshake("/").getBytes(UTF_8)));
      client.write(ByteBuffer.wrap(Frames.of().text("Hello").octets()));
      StringBuilder all = new StringBuilder();
      InputStream in = Channels.newInputStream(client);
      while (all.indexOf("\r\n\r\n\u0081\u0005Hello") < 0) {
        all.append((char) in.read());
      }
      assertThat(all).startsWith("HTTP/1.1 101 Switching Protocols\r\n");
      assertThat(server.config().uds()).isEqualTo(path);
    }
  }

  @Test
  void netty_talksCompressed() throws Exception {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try (Running server = Running.serve(Echo::handle)) {
      io.netty.channel.Channel client =
          new Bootstrap()
              .group(group)
              .channel(NioSocketChannel.class)
              .handler(new Pipeline(uri("ws", server.port())))
              .connect("127.0.0.1", server.port())
              .sync()
              .channel();
      assertThat(hear()).isEqualTo("open");
      for (int i = 0; i < 5; i++) {
        client.writeAndFlush(new TextWebSocketFrame(LARGE + i));
        assertThat(hear()).isEqualTo("text " + LARGE + i);
      }
      client.writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[70_000])));
      assertThat(hear()).isEqualTo("binary 70000");
      client.writeAndFlush(new PingWebSocketFrame(Unpooled.wrappedBuffer(new byte[3])));
      assertThat(hear()).isEqualTo("pong 3");
      client.writeAndFlush(new CloseWebSocketFrame(3000, "bye"));
      assertThat(hear()).isEqualTo("close 3000");
      client.closeFuture().await(10, TimeUnit.SECONDS);
      assertThat(client.isOpen()).isFalse();
    } finally {
      group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }
  }

  private final class Pipeline extends ChannelInitializer<SocketChannel> {

    private final URI uri;

    Pipeline(URI uri) {
      this.uri = uri;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      channel
          .pipeline()
          .addLast(
              new HttpClientCodec(),
              new HttpObjectAggregator(8192),
              new WebSocketClientCompressionHandler(0),
              new WebSocketClientProtocolHandler(
                  WebSocketClientProtocolConfig.newBuilder()
                      .webSocketUri(uri)
                      .customHeaders(new DefaultHttpHeaders())
                      .allowExtensions(true)
                      .maxFramePayloadLength(1 << 24)
                      .handleCloseFrames(false)
                      .dropPongFrames(false)
                      .build()),
              new Frame());
    }
  }

  private final class Frame extends SimpleChannelInboundHandler<WebSocketFrame> {

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
        heard.add("open");
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
      switch (frame) {
        case TextWebSocketFrame text -> heard.add("text " + text.text());
        case BinaryWebSocketFrame binary -> heard.add("binary " + binary.content().readableBytes());
        case PongWebSocketFrame pong -> heard.add("pong " + pong.content().readableBytes());
        case CloseWebSocketFrame close -> heard.add("close " + close.statusCode());
        default -> heard.add("other " + frame);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws IOException {
      heard.add(cause.toString());
    }
  }

  private final class Ear implements WebSocket.Listener {

    private final StringBuilder text = new StringBuilder();
    private int octets;

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        heard.add("text " + text);
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      octets += data.remaining();
      if (last) {
        heard.add("binary " + octets);
        octets = 0;
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket socket, ByteBuffer data) {
      heard.add("pong " + data.remaining());
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      heard.add("close " + code);
      return null;
    }
  }
}
