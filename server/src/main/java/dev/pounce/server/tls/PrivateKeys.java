package dev.pounce.server.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Private keys as OpenSSL writes them: PKCS#8, encrypted or not, PKCS#1 for RSA and SEC 1 for EC.
 * The JDK knows PKCS#8 alone; the others become that by what is put around them.
 */
final class PrivateKeys {

  private static final byte[] VERSION = Der.integer(BigInteger.ZERO);
  private static final byte[] NULL = {5, 0};
  private static final byte[] RSA = Der.sequence(Der.oid("1.2.840.113549.1.1.1"), NULL);
  private static final byte[] EC = Der.oid("1.2.840.10045.2.1");
  private static final int PARAMETERS = 0xa0;
  private static final String PBES2 = "1.2.840.113549.1.5.13";
  private static final String CONVERT = "convert it with openssl pkcs8 -topk8 -v2 aes-256-cbc";
  private static final String UNKNOWN = "is encrypted in a way that Java does not know: " + CONVERT;

  private PrivateKeys() {}

  /**
   * The private key among the blocks of a file.
   *
   * @param password its file, or null
   */
  static PrivateKey of(SslFile file, List<Pem> blocks, @Nullable SslFile password)
      throws IOException {
    List<Pem> keys =
        blocks.stream().filter(block -> block.label().endsWith("PRIVATE KEY")).toList();
    if (keys.size() != 1) {
      throw file.fault(
          keys.isEmpty()
              ? "has no private key: name the file that has it as ssl-keyfile"
              : "has more than one private key: leave the server's alone in it");
    }
    Pem key = keys.getFirst();
    if (key.headers().contains("ENCRYPTED")) {
      throw file.fault("is encrypted in OpenSSL's old way: " + CONVERT);
    }
    try {
      return switch (key.label()) {
        case "PRIVATE KEY" -> plain(key.der());
        case "RSA PRIVATE KEY" -> plain(pkcs1(key.der()));
        case "EC PRIVATE KEY" -> plain(sec1(key.der()));
        case "ENCRYPTED PRIVATE KEY" -> encrypted(file, key.der(), password);
        default -> throw file.fault("has a private key of an unknown kind: " + key.label());
      };
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw file.fault("has a private key that can't be parsed (" + e.getMessage() + ")", e);
    }
  }

  private static PrivateKey plain(byte[] pkcs8) throws GeneralSecurityException {
    ByteBuffer info = Der.take(ByteBuffer.wrap(pkcs8), Der.SEQUENCE);
    Der.take(info, Der.INTEGER);
    ByteBuffer algorithm = Der.take(Der.take(info, Der.SEQUENCE), Der.OID);
    String name = algorithm.equals(content(EC)) ? "EC" : "RSA";
    return KeyFactory.getInstance(name).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  private static ByteBuffer content(byte[] oid) {
    return Der.take(ByteBuffer.wrap(oid), Der.OID);
  }

  private static byte[] pkcs1(byte[] key) {
    return Der.sequence(VERSION, RSA, Der.of(Der.OCTET_STRING, key));
  }

  /** The curve stands in the key itself; around it, it belongs to the algorithm. */
  private static byte[] sec1(byte[] key) {
    ByteBuffer parts = Der.take(ByteBuffer.wrap(key), Der.SEQUENCE);
    Der.take(parts, Der.INTEGER);
    Der.take(parts, Der.OCTET_STRING);
    ByteBuffer parameters = Der.take(parts, PARAMETERS);
    byte[] curve = new byte[parameters.remaining()];
    parameters.get(curve);
    return Der.sequence(VERSION, Der.sequence(EC, curve), Der.of(Der.OCTET_STRING, key));
  }

  private static PrivateKey encrypted(SslFile file, byte[] der, @Nullable SslFile password)
      throws IOException, GeneralSecurityException {
    if (password == null) {
      throw file.fault("is encrypted: name a file with its password as ssl-keyfile-password-file");
    }
    EncryptedPrivateKeyInfo info;
    try {
      info = new EncryptedPrivateKeyInfo(der);
    } catch (IOException e) {
      throw file.fault(UNKNOWN, e);
    }
    Cipher cipher = cipher(file, info, password.readLine());
    PKCS8EncodedKeySpec decrypted;
    try {
      decrypted = info.getKeySpec(cipher);
    } catch (GeneralSecurityException e) {
      throw password.fault("does not have the password of " + file.path(), e);
    }
    return plain(decrypted.getEncoded());
  }

  private static Cipher cipher(SslFile file, EncryptedPrivateKeyInfo info, char[] password)
      throws IOException {
    try {
      AlgorithmParameters parameters = info.getAlgParameters();
      boolean named = parameters == null || !isPbes2(info.getAlgName());
      String algorithm = named ? info.getAlgName() : parameters.toString();
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(
          Cipher.DECRYPT_MODE,
          SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password)),
          parameters);
      return cipher;
    } catch (GeneralSecurityException e) {
      throw file.fault(UNKNOWN, e);
    }
  }

  private static boolean isPbes2(String algorithm) {
    return algorithm.equals(PBES2) || algorithm.equals("PBES2");
  }
}
