package dev.pounce.server.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * A certificate for this machine's own names, signed with its own key: for development. Nobody
 * trusts it who is not told to.
 *
 * @param certificate as PEM
 * @param key as PEM
 */
public record DevCertificate(String certificate, String key) {

  private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int SERIAL_BITS = 127;

  /** Kinds of names, as alternatives of GeneralName. */
  private static final int DNS = 0x82;

  private static final int IP = 0x87;
  private static final int VERSION = 0xa0;
  private static final int EXTENSIONS = 0xa3;
  private static final byte[] TRUE = {1, 1, (byte) 0xff};
  private static final byte[] LOCAL_4 = {127, 0, 0, 1};
  private static final byte[] LOCAL_6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  /**
   * A new key on P-256 and its certificate, for {@code localhost}, 127.0.0.1 and ::1.
   *
   * @param from when it begins to be valid
   * @param until when it expires; before 2050
   */
  public static DevCertificate make(Instant from, Instant until) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      byte[] content = content(pair, from, until);
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(pair.getPrivate());
      signature.update(content);
      byte[] whole = Der.sequence(content, ECDSA_SHA256, bits(0, signature.sign()));
      return new DevCertificate(
          Pem.text("CERTIFICATE", whole), Pem.text("PRIVATE KEY", pair.getPrivate().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has P-256", e);
    }
  }

  private static byte[] content(KeyPair pair, Instant from, Instant until) {
    byte[] name = name("localhost");
    return Der.sequence(
        Der.of(VERSION, Der.integer(BigInteger.TWO)),
        Der.integer(new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0)),
        ECDSA_SHA256,
        name,
        Der.sequence(time(from), time(until)),
        name,
        pair.getPublic().getEncoded(),
        Der.of(
            EXTENSIONS,
            Der.sequence(
                extension("2.5.29.19", true, Der.sequence()), // no authority
                extension("2.5.29.15", true, bits(7, new byte[] {(byte) 0x80})), // signatures
                extension(
                    "2.5.29.37", false, Der.sequence(Der.oid("1.3.6.1.5.5.7.3.1"))), // servers
                extension("2.5.29.17", false, names()))));
  }

  private static byte[] name(String common) {
    byte[] value = Der.of(Der.UTF8_STRING, common.getBytes(UTF_8));
    return Der.sequence(Der.of(Der.SET, Der.sequence(Der.oid("2.5.4.3"), value)));
  }

  private static byte[] names() {
    return Der.sequence(
        Der.of(DNS, "localhost".getBytes(US_ASCII)), Der.of(IP, LOCAL_4), Der.of(IP, LOCAL_6));
  }

  private static byte[] time(Instant time) {
    return Der.of(Der.UTC_TIME, TIME.format(time).getBytes(US_ASCII));
  }

  private static byte[] bits(int unused, byte[] octets) {
    return Der.of(Der.BIT_STRING, new byte[] {(byte) unused}, octets);
  }

  private static byte[] extension(String oid, boolean critical, byte[] value) {
    byte[] wrapped = Der.of(Der.OCTET_STRING, value);
    return critical
        ? Der.sequence(Der.oid(oid), TRUE, wrapped)
        : Der.sequence(Der.oid(oid), wrapped);
  }
}
