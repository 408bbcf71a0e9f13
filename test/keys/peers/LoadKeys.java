import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

import javax.crypto.KEM;

/**
 * Loads private keys with the JDK's own providers and uses them; or makes keys and prints both halves.
 *
 * load (ALGORITHM FILE INPUT)...  one line a file: ok and, for a signature key, its signature of INPUT (hex), for a
 *                                 KEM key the secret in the ciphertext INPUT; or fail and why
 * make                            one line a key: name, PKCS #8 in hex, SubjectPublicKeyInfo in hex
 */
public class LoadKeys {
    static final HexFormat HEX = HexFormat.of();

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("load")) {
            for (int at = 1; at + 2 < arguments.length; at += 3) load(arguments[at], arguments[at + 1], HEX.parseHex(arguments[at + 2]));
            return;
        }
        make("ML-DSA-44", KeyPairGenerator.getInstance("ML-DSA-44"));
        make("ML-DSA-65", KeyPairGenerator.getInstance("ML-DSA-65"));
        make("ML-DSA-87", KeyPairGenerator.getInstance("ML-DSA-87"));
        make("ML-KEM-512", KeyPairGenerator.getInstance("ML-KEM-512"));
        make("ML-KEM-768", KeyPairGenerator.getInstance("ML-KEM-768"));
        make("ML-KEM-1024", KeyPairGenerator.getInstance("ML-KEM-1024"));
        make("Ed25519", KeyPairGenerator.getInstance("Ed25519"));
        make("Ed448", KeyPairGenerator.getInstance("Ed448"));
        make("X25519", KeyPairGenerator.getInstance("X25519"));
        KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
        ec.initialize(new ECGenParameterSpec("secp256r1"));
        make("P-256", ec);
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        make("RSA-2048", rsa);
    }

    static void make(String name, KeyPairGenerator generator) {
        KeyPair pair = generator.generateKeyPair();
        System.out.println(name + " " + HEX.formatHex(pair.getPrivate().getEncoded()) + " " + HEX.formatHex(pair.getPublic().getEncoded()));
    }

    static void load(String algorithm, String file, byte[] input) {
        try {
            String text = Files.readString(Path.of(file)).replaceAll("-----[A-Z ]+-----", "");
            byte[] der = Base64.getMimeDecoder().decode(text);
            String family = algorithm.startsWith("ML-DSA") ? "ML-DSA" : algorithm.startsWith("ML-KEM") ? "ML-KEM" : algorithm;
            PrivateKey key = KeyFactory.getInstance(family).generatePrivate(new PKCS8EncodedKeySpec(der));
            if (family.equals("ML-KEM")) {
                System.out.println("ok " + HEX.formatHex(KEM.getInstance("ML-KEM").newDecapsulator(key).decapsulate(input).getEncoded()));
                return;
            }
            Signature signature = Signature.getInstance(family.equals("EC") ? "SHA256withECDSA" : family.equals("RSA") ? "SHA256withRSA" : family);
            signature.initSign(key);
            signature.update(input);
            System.out.println("ok " + HEX.formatHex(signature.sign()));
        } catch (Exception error) {
            System.out.println("fail " + error);
        }
    }
}
