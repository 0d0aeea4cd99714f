package dev.pounce.bench.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.function.Consumer;

/** Raw Netty: its codecs, and handlers that answer on the event loop. The yardstick. */
final class NettyPeer {
  private NettyPeer() {}

  static void serve(Endpoint endpoint)
      throws GeneralSecurityException, IOException, InterruptedException {
    switch (endpoint.protocol()) {
      case HTTP1 ->
          listen(
              endpoint,
              channel -> channel.pipeline().addLast(new HttpServerCodec(), new NettyPlaintext()));
      case H2C -> listen(endpoint, channel -> http2(channel.pipeline()));
      case H2 -> {
        var tls = tls(endpoint);
        listen(
            endpoint,
            channel -> channel.pipeline().addLast(tls.newHandler(channel.alloc()), new Agreed()));
      }
      case WEBSOCKET -> listen(endpoint, channel -> webSocket(channel.pipeline()));
    }
  }

  private static void listen(Endpoint endpoint, Consumer<SocketChannel> handlers)
      throws InterruptedException {
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    new ServerBootstrap()
        .group(new MultiThreadIoEventLoopGroup(1, io), new MultiThreadIoEventLoopGroup(io))
        .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, 2048)
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                handlers.accept(channel);
              }
            })
        .bind("127.0.0.1", endpoint.port())
        .sync();
  }

  private static void http2(ChannelPipeline pipeline) {
    pipeline.addLast(
        Http2FrameCodecBuilder.forServer().build(),
        new Http2MultiplexHandler(NettyStream.HANDLER));
  }

  private static void webSocket(ChannelPipeline pipeline) {
    pipeline.addLast(
        new HttpServerCodec(),
        new HttpObjectAggregator(64 * 1024),
        new WebSocketServerProtocolHandler("/echo"),
        new NettyEcho());
  }

  private static SslContext tls(Endpoint endpoint) throws GeneralSecurityException, IOException {
    return SslContextBuilder.forServer(endpoint.keys())
        .sslProvider(SslProvider.JDK)
        .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2))
        .build();
  }

  /** Waits for the end of the handshake. */
  private static final class Agreed extends ApplicationProtocolNegotiationHandler {
    Agreed() {
      super(ApplicationProtocolNames.HTTP_1_1);
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext context, String protocol) {
      if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
        http2(context.pipeline());
      } else {
        context.close();
      }
    }
  }
}
