package dev.pounce.bench.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;

/** Answers a stream of HTTP/2 on the event loop. */
@ChannelHandler.Sharable
final class NettyStream extends ChannelInboundHandlerAdapter {
  static final NettyStream HANDLER = new NettyStream();
  private static final byte[] BODY = "Hello, World!".getBytes(US_ASCII);

  private NettyStream() {}

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof Http2HeadersFrame request && request.isEndStream()) {
        answer(context, request);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private static void answer(ChannelHandlerContext context, Http2HeadersFrame request) {
    var headers = new DefaultHttp2Headers();
    if (!"/plaintext".contentEquals(request.headers().path())) {
      headers.status(HttpResponseStatus.NOT_FOUND.codeAsText());
      context.write(new DefaultHttp2HeadersFrame(headers, true));
      return;
    }
    headers
        .status(HttpResponseStatus.OK.codeAsText())
        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN)
        .setInt(HttpHeaderNames.CONTENT_LENGTH, BODY.length);
    context.write(new DefaultHttp2HeadersFrame(headers));
    context.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(BODY), true));
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
