package dev.pounce.bench.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;

/** Answers a request of HTTP/1.1 on the event loop. */
final class NettyPlaintext extends ChannelInboundHandlerAdapter {
  private static final byte[] BODY = "Hello, World!".getBytes(US_ASCII);

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof HttpRequest request) {
        answer(context, request);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private static void answer(ChannelHandlerContext context, HttpRequest request) {
    boolean found = request.uri().equals("/plaintext");
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            found ? HttpResponseStatus.OK : HttpResponseStatus.NOT_FOUND,
            found ? Unpooled.wrappedBuffer(BODY) : Unpooled.EMPTY_BUFFER);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN)
        .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
    if (HttpUtil.isKeepAlive(request)) {
      context.write(response, context.voidPromise());
    } else {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      context.write(response).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.flush();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
