import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.security.Security;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.StringJoiner;
import javax.crypto.KeyGenerator;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.crypto.CryptoServicesRegistrar;
import org.bouncycastle.jcajce.SecretKeyWithEncapsulation;
import org.bouncycastle.jcajce.spec.ContextParameterSpec;
import org.bouncycastle.jcajce.spec.KEMExtractSpec;
import org.bouncycastle.jcajce.spec.KEMGenerateSpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Known answers for composite ML-DSA and composite ML-KEM, made by Bouncy Castle and printed as JSON in the shape of
 * the LAMPS working group's test vectors. All randomness comes from a counter under SHA-512, restarted for every
 * algorithm, so that one version of Bouncy Castle and Java always prints the same bytes.
 *
 * Arguments: "signatures" or "kems", then the names of the algorithms.
 */
public class CompositeKnownAnswers {
    private static final byte[] MESSAGE = "Hybridge composite known answer".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTEXT = "hybridge/vectors".getBytes(StandardCharsets.US_ASCII);

    /** The stream that every generator of this process draws from. */
    public static final class Counter extends SecureRandomSpi {
        private static byte[] seed = new byte[0];
        private static long count;

        static synchronized void restart(String label) {
            seed = label.getBytes(StandardCharsets.US_ASCII);
            count = 0;
        }

        private static synchronized byte[] block() {
            try {
                MessageDigest hash = MessageDigest.getInstance("SHA-512");
                hash.update(seed);
                return hash.digest(ByteBuffer.allocate(8).putLong(count++).array());
            } catch (java.security.NoSuchAlgorithmException impossible) {
                throw new AssertionError(impossible);
            }
        }

        @Override
        protected void engineSetSeed(byte[] ignored) {}

        @Override
        protected void engineNextBytes(byte[] out) {
            for (int offset = 0; offset < out.length; offset += 64)
                System.arraycopy(block(), 0, out, offset, Math.min(64, out.length - offset));
        }

        @Override
        protected byte[] engineGenerateSeed(int length) {
            byte[] out = new byte[length];
            engineNextBytes(out);
            return out;
        }
    }

    private static final class CounterProvider extends Provider {
        CounterProvider() {
            super("Counter", "1", "reproducible bytes");
            put("SecureRandom.Counter", Counter.class.getName());
        }
    }

    public static void main(String[] arguments) throws Exception {
        Security.insertProviderAt(new CounterProvider(), 1);
        Security.addProvider(new BouncyCastleProvider());
        // What draws without being given a generator asks this registrar.
        CryptoServicesRegistrar.setSecureRandom(new SecureRandom());
        boolean signatures = arguments[0].equals("signatures");
        StringJoiner tests = new StringJoiner(",\n", "\"tests\":[\n", "\n]");
        for (String algorithm : Arrays.copyOfRange(arguments, 1, arguments.length)) {
            Counter.restart(algorithm);
            tests.add(signatures ? signature(algorithm) : kem(algorithm));
        }
        String head = signatures ? "\"m\":\"" + base64(MESSAGE) + "\",\"ctx\":\"" + base64(CONTEXT) + "\"," : "";
        System.out.println("{" + head + tests + "}");
        System.exit(0);
    }

    private static KeyPair keyPair(String algorithm) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm, "BC");
        generator.initialize((AlgorithmParameterSpec) null, new SecureRandom());
        return generator.generateKeyPair();
    }

    private static String signature(String algorithm) throws Exception {
        KeyPair pair = keyPair(algorithm);
        X500Name name = new X500Name("CN=" + algorithm);
        byte[] certificate = new X509v3CertificateBuilder(
                name, BigInteger.ONE, new Date(1767225600000L), new Date(4102444800000L), name, spki(pair))
            .build(new JcaContentSignerBuilder(algorithm).setProvider("BC").setSecureRandom(new SecureRandom()).build(pair.getPrivate()))
            .getEncoded();
        return object(
            "tcId", "id-" + algorithm,
            "pk", base64(spki(pair).getPublicKeyData().getOctets()),
            "x5c", base64(certificate),
            "sk", base64(pkcs8(pair).getPrivateKey().getOctets()),
            "sk_pkcs8", base64(pkcs8(pair).getEncoded()),
            "s", base64(sign(algorithm, pair, null)),
            "sWithContext", base64(sign(algorithm, pair, CONTEXT)));
    }

    private static byte[] sign(String algorithm, KeyPair pair, byte[] context) throws Exception {
        Signature signer = Signature.getInstance(algorithm, "BC");
        if (context != null) signer.setParameter(new ContextParameterSpec(context));
        signer.initSign(pair.getPrivate(), new SecureRandom());
        signer.update(MESSAGE);
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance(algorithm, "BC");
        if (context != null) verifier.setParameter(new ContextParameterSpec(context));
        verifier.initVerify(pair.getPublic());
        verifier.update(MESSAGE);
        if (!verifier.verify(signature)) throw new IllegalStateException(algorithm + ": own signature does not hold");
        return signature;
    }

    private static String kem(String algorithm) throws Exception {
        KeyPair pair = keyPair(algorithm);
        KeyGenerator generator = KeyGenerator.getInstance(algorithm, "BC");
        generator.init(new KEMGenerateSpec.Builder(pair.getPublic(), "AES", 256).withNoKdf().build(), new SecureRandom());
        SecretKeyWithEncapsulation made = (SecretKeyWithEncapsulation) generator.generateKey();
        generator.init(new KEMExtractSpec.Builder(pair.getPrivate(), made.getEncapsulation(), "AES", 256).withNoKdf().build());
        if (!Arrays.equals(generator.generateKey().getEncoded(), made.getEncoded()))
            throw new IllegalStateException(algorithm + ": own ciphertext does not open");
        return object(
            "tcId", "id-" + algorithm,
            "ek", base64(spki(pair).getPublicKeyData().getOctets()),
            "dk", base64(pkcs8(pair).getPrivateKey().getOctets()),
            "dk_pkcs8", base64(pkcs8(pair).getEncoded()),
            "c", base64(made.getEncapsulation()),
            "k", base64(made.getEncoded()));
    }

    private static SubjectPublicKeyInfo spki(KeyPair pair) {
        return SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
    }

    private static PrivateKeyInfo pkcs8(KeyPair pair) {
        return PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded());
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String object(String... fields) {
        StringJoiner joined = new StringJoiner(",", "{", "}");
        for (int index = 0; index < fields.length; index += 2)
            joined.add("\"" + fields[index] + "\":\"" + fields[index + 1] + "\"");
        return joined.toString();
    }
}
