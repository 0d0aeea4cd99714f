package dev.pounce.server.websocket;

import static dev.pounce.server.websocket.Frames.FIN;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What a client may send and may not, area by area: octets, and what is heard. */
final class Conformance {

  private static final int TEXT = Opcode.TEXT;
  private static final int BINARY = Opcode.BINARY;
  private static final int MORE = Opcode.CONTINUATION;

  private Conformance() {}

  private static Arguments row(String name, Frames frames, String... heard) {
    return arguments(name, frames.octets(), List.of(heard));
  }

  static Stream<Arguments> framing() {
    List<Arguments> rows = new ArrayList<>();
    for (int length : List.of(0, 1, 7, 8, 9, 125, 126, 127, 128, 65_535, 65_536, 100_000)) {
      String text = "*".repeat(length);
      byte[] octets = new byte[length];
      Arrays.fill(octets, (byte) 0xfe);
      rows.add(row("text of " + length, Frames.of().text(text), text(text), "end"));
      rows.add(row("binary of " + length, Frames.of().binary(octets), binary(octets), "end"));
    }
    rows.add(
        row(
            "the RFC's example",
            Frames.of().hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"),
            "text Hello",
            "end"));
    rows.add(
        row(
            "one after another",
            Frames.of().text("a").binary(new byte[] {1}).text("").text("b"),
            "text a",
            "binary 01",
            "text ",
            "text b",
            "end"));
    rows.add(row("no mask", Frames.of().hex("81 05 48 65 6c 6c 6f"), "fails with 1002"));
    rows.add(row("no mask on a ping", Frames.of().hex("89 00"), "fails with 1002"));
    rows.add(row("125 in 16 bits", wide(2, 125), "fails with 1002"));
    rows.add(row("0 in 16 bits", wide(2, 0), "fails with 1002"));
    rows.add(row("65535 in 64 bits", wide(8, 65_535), "fails with 1002"));
    rows.add(row("0 in 64 bits", wide(8, 0), "fails with 1002"));
    rows.add(
        row(
            "the highest bit of 64",
            Frames.of().head(FIN | TEXT, 8, Long.MIN_VALUE).hex("00 00 00 00"),
            "fails with 1002"));
    rows.add(row("the end in a head", Frames.of().text("a").hex("81"), "text a", "end"));
    rows.add(row("the end in a length", Frames.of().hex("81 fe 01"), "end"));
    rows.add(row("the end in a mask", Frames.of().hex("81 81 00 00"), "end"));
    rows.add(row("the end in a payload", Frames.of().hex("81 82 00 00 00 00 41"), "end"));
    return rows.stream();
  }

  private static Frames wide(int size, int length) {
    return Frames.of().frame(FIN | BINARY, size, new byte[length]);
  }

  static Stream<Arguments> pings() {
    byte[] longest = new byte[125];
    Frames ten = Frames.of();
    String[] tenHeard = new String[11];
    for (int i = 0; i < 10; i++) {
      ten.ping("" + i);
      tenHeard[i] = "ping 3" + i;
    }
    tenHeard[10] = "end";
    return Stream.of(
        row("empty", Frames.of().ping(""), "ping ", "end"),
        row("text", Frames.of().ping("Hi"), "ping 4869", "end"),
        row("octets", Frames.of().frame(FIN | 9, bytes(0, 255, 254)), "ping 00fffe", "end"),
        row("longest", Frames.of().frame(FIN | 9, longest), ping(longest), "end"),
        row("too long", Frames.of().frame(FIN | 9, new byte[126]), "fails with 1002"),
        row("pong unasked", Frames.of().pong(""), "pong ", "end"),
        row("pong with octets", Frames.of().pong("x").ping("y"), "pong 78", "ping 79", "end"),
        row("pong too long", Frames.of().frame(FIN | 10, new byte[126]), "fails with 1002"),
        row("ten", ten, tenHeard));
  }

  static Stream<Arguments> reservedBits() {
    List<Arguments> rows = new ArrayList<>();
    for (int bits = 0x10; bits < 0x80; bits += 0x10) {
      for (int opcode : List.of(TEXT, BINARY, 8, 9, 10)) {
        rows.add(
            row(
                "%02x in opcode %d".formatted(bits, opcode),
                Frames.of().text("a").frame(FIN | bits | opcode, "").text("b"),
                "text a",
                "fails with 1002"));
      }
      rows.add(
          row(
              "%02x in a continuation".formatted(bits),
              Frames.of().frame(TEXT, "a").frame(FIN | bits, "b"),
              "fails with 1002"));
    }
    return rows.stream();
  }

  static Stream<Arguments> opcodes() {
    return Stream.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
        .flatMap(opcode ->
            Stream.of(
                row(opcode + " first", Frames.of().frame(FIN | opcode, ""), "fails with 1002"),
                row(
                    opcode + " later",
                    Frames.of().text("a").frame(FIN | opcode, "payload").ping(""),
                    "text a",
                    "fails with 1002"),
                row(
                    opcode + " in a message",
                    Frames.of().frame(TEXT, "a").frame(FIN | opcode, ""),
                    "fails with 1002")));
  }

  static Stream<Arguments> fragmentation() {
    return Stream.of(
        row("ping in fragments", Frames.of().frame(9, "a").frame(FIN, "b"), "fails with 1002"),
        row("pong in fragments", Frames.of().frame(10, "a").frame(FIN, "b"), "fails with 1002"),
        row("close in fragments", Frames.of().frame(8, "").frame(FIN, ""), "fails with 1002"),
        row("two", Frames.of().frame(TEXT, "a").frame(FIN, "b"), "text ab", "end"),
        row("binary", Frames.of().frame(BINARY, "a").frame(FIN, "b"), "binary 6162", "end"),
        row("empty", Frames.of().frame(TEXT, "").frame(MORE, "").frame(FIN, ""), "text ", "end"),
        row(
            "middle alone not empty",
            Frames.of().frame(TEXT, "").frame(MORE, "x").frame(FIN, ""),
            "text x",
            "end"),
        row(
            "ping and pong between",
            Frames.of()
                .frame(TEXT, "a")
                .ping("1")
                .frame(MORE, "b")
                .pong("2")
                .ping("3")
                .frame(FIN, "c")
                .text("d"),
            "ping 31",
            "pong 32",
            "ping 33",
            "text abc",
            "text d",
            "end"),
        row(
            "close between",
            Frames.of().frame(TEXT, "a").close(1000, "").frame(FIN, "b"),
            "close 1000 "),
        row("continuation of nothing", Frames.of().frame(FIN, "a").text("b"), "fails with 1002"),
        row("open continuation of nothing", Frames.of().frame(MORE, "a"), "fails with 1002"),
        row(
            "continuation after the last",
            Frames.of().frame(TEXT, "a").frame(FIN, "b").frame(FIN, "c"),
            "text ab",
            "fails with 1002"),
        row("text in text", Frames.of().frame(TEXT, "a").text("b"), "fails with 1002"),
        row("binary in text", Frames.of().frame(TEXT, "a").frame(BINARY, "b"), "fails with 1002"),
        row("the end between", Frames.of().frame(TEXT, "a").ping(""), "ping ", "end"),
        row(
            "by itself, of 64 KiB",
            many("x".repeat(65_536), 1_300),
            text("x".repeat(65_536)),
            "end"),
        row("by itself, of single octets", many("y".repeat(500), 1), text("y".repeat(500)), "end"));
  }

  private static Frames many(String text, int size) {
    Frames frames = Frames.of();
    int at = 0;
    for (; text.length() - at > size; at += size) {
      frames.frame(at == 0 ? TEXT : MORE, text.substring(at, at + size));
    }
    return frames.frame(FIN, text.substring(at));
  }

  static Stream<Arguments> closes() {
    String longest = "*".repeat(123);
    List<Arguments> rows = new ArrayList<>();
    rows.add(row("empty", Frames.of().frame(FIN | 8, ""), "close 1005 "));
    rows.add(row("one octet", Frames.of().frame(FIN | 8, bytes(3)), "fails with 1002"));
    rows.add(row("code alone", Frames.of().close(1000, ""), "close 1000 "));
    rows.add(row("reason", Frames.of().close(1001, "gr\u00fc\u00df"), "close 1001 gr\u00fc\u00df"));
    rows.add(row("longest", Frames.of().close(1000, longest), "close 1000 " + longest));
    rows.add(row("too long", Frames.of().close(1000, longest + "*"), "fails with 1002"));
    rows.add(row("then a ping", Frames.of().close(1000, "").ping(""), "close 1000 "));
    rows.add(row("twice", Frames.of().close(1000, "").close(1001, ""), "close 1000 "));
    rows.add(
        row("bad reason", Frames.of().close(1000, bytes(0xce, 0xba, 0xff)), "fails with 1007"));
    rows.add(row("half a character", Frames.of().close(1000, bytes(0xce)), "fails with 1007"));
    for (int code :
        List.of(
            1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999,
            4000, 4999)) {
      rows.add(row("code " + code, Frames.of().close(code, "why"), "close " + code + " why"));
    }
    for (int code :
        List.of(0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535)) {
      rows.add(row("code " + code, Frames.of().close(code, "why"), "fails with 1002"));
    }
    return rows.stream();
  }

  /** One character for each length and bound, and what only looks like one. */
  static Stream<Arguments> utf8() {
    List<Arguments> rows = new ArrayList<>();
    for (String good :
        List.of(
            "\u0000",
            "\u007f",
            "\u0080",
            "\u07ff",
            "\u0800",
            "\ud7ff",
            "\ue000",
            "\ufffd",
            "\uffff",
            "\ud800\udc00",
            "\udbff\udfff",
            "\ufdd0",
            "\u03ba\u1f79\u03c3\u03bc\u03b5",
            "Hello-\u00b5@\u00df\u00f6\u00e4\u00fc\u00e0\u00e1-UTF-8!!")) {
      byte[] octets = Frames.utf8(good);
      rows.add(row(hex(octets), Frames.of().text(good), "text " + good, "end"));
      Frames single = Frames.of();
      for (int i = 0; i < octets.length; i++) {
        single.frame(i == 0 ? TEXT : MORE, bytes(octets[i]));
      }
      rows.add(row(hex(octets) + " in fragments", single.frame(FIN, ""), "text " + good, "end"));
    }
    for (String bad :
        List.of(
            "80",
            "bf",
            "8080",
            "c0",
            "c080",
            "c0af",
            "c1bf",
            "c2",
            "c220",
            "c3c3",
            "df",
            "e0",
            "e080af",
            "e09fbf",
            "e0a0",
            "e1",
            "eda080",
            "edafbf",
            "edb080",
            "edbfbf",
            "eda080edb080",
            "ef",
            "efbf",
            "f0",
            "f08080af",
            "f08fbfbf",
            "f0908080f0",
            "f48fbf",
            "f4908080",
            "f5808080",
            "f7bfbfbf",
            "f8888080",
            "fbbfbfbfbf",
            "fc8480808080",
            "fe",
            "ff",
            "fefeffff")) {
      rows.add(row(bad, Frames.of().frame(FIN | TEXT, octets(bad)), "fails with 1007"));
      rows.add(
          row(
              bad + " after much, and in fragments",
              Frames.of()
                  .frame(TEXT, "twenty octets of text")
                  .frame(MORE, octets(bad))
                  .frame(FIN, "and more"),
              "fails with 1007"));
    }
    return rows.stream();
  }

  private static byte[] octets(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static String hex(byte[] octets) {
    return HexFormat.of().formatHex(octets);
  }

  static byte[] bytes(int... values) {
    byte[] octets = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      octets[i] = (byte) values[i];
    }
    return octets;
  }

  private static String text(String text) {
    return Heard.line(new Message.Text(text));
  }

  private static String binary(byte[] octets) {
    return Heard.line(new Message.Binary(octets));
  }

  private static String ping(byte[] octets) {
    return Heard.line(new Message.Ping(octets));
  }
}
