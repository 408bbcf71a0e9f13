import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.StringJoiner;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithContext;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.HashMLDSASigner;
import org.bouncycastle.crypto.signers.MLDSASigner;

/**
 * Answers of ML-KEM and ML-DSA that no package holds, computed by Bouncy Castle and printed as JSON: digests over many
 * iterations after the procedures of C2SP CCTV, and HashML-DSA signatures. All inputs come from SHAKE128 of the empty
 * string, so that the output is always the same.
 *
 * Argument: "ml-kem", "ml-dsa" or "hash-ml-dsa".
 */
public class LatticeKnownAnswers {
    private static final int[] SIZES = {512, 768, 1024};
    private static final MLKEMParameters[] KEMS = {MLKEMParameters.ml_kem_512, MLKEMParameters.ml_kem_768, MLKEMParameters.ml_kem_1024};
    private static final int[] CIPHERTEXTS = {768, 1088, 1568};
    private static final int[] LEVELS = {44, 65, 87};
    private static final MLDSAParameters[] SIGNATURES = {MLDSAParameters.ml_dsa_44, MLDSAParameters.ml_dsa_65, MLDSAParameters.ml_dsa_87};
    private static final MLDSAParameters[] HASH_SIGNATURES = {
        MLDSAParameters.ml_dsa_44_with_sha512, MLDSAParameters.ml_dsa_65_with_sha512, MLDSAParameters.ml_dsa_87_with_sha512
    };

    /** SHAKE128 of nothing, read piece by piece. */
    private static final class Stream {
        private final SHAKEDigest shake = new SHAKEDigest(128);

        byte[] read(int length) {
            byte[] out = new byte[length];
            shake.doOutput(out, 0, length);
            return out;
        }
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println(
            switch (arguments[0]) {
                case "ml-kem" -> accumulated("ML-KEM", SIZES, new int[] {100, 10_000}, LatticeKnownAnswers::kem);
                case "ml-dsa" -> accumulated("ML-DSA", LEVELS, new int[] {100, 1_000}, LatticeKnownAnswers::signature);
                case "hash-ml-dsa" -> hashSignatures();
                default -> throw new IllegalArgumentException(arguments[0]);
            });
    }

    private interface Iterations {
        byte[] digest(int set, int count) throws Exception;
    }

    private static String accumulated(String name, int[] sets, int[] counts, Iterations iterations) throws Exception {
        StringJoiner tests = new StringJoiner(",", "{\"tests\":[", "]}");
        for (int set = 0; set < sets.length; set++)
            for (int count : counts)
                tests.add("{\"algorithm\":\"" + name + "-" + sets[set] + "\",\"iterations\":" + count + ",\"digest\":\""
                    + HexFormat.of().formatHex(iterations.digest(set, count)) + "\"}");
        return tests.toString();
    }

    /** d, z, m and a ciphertext in; ek, dk, the encapsulation and the secret of that ciphertext into the digest. */
    private static byte[] kem(int set, int count) {
        Stream source = new Stream();
        SHAKEDigest sink = new SHAKEDigest(128);
        for (int iteration = 0; iteration < count; iteration++) {
            MLKEMPrivateKeyParameters key = new MLKEMPrivateKeyParameters(KEMS[set], source.read(64));
            byte[] publicKey = key.getPublicKey();
            absorb(sink, publicKey);
            absorb(sink, key.getS());
            absorb(sink, publicKey);
            absorb(sink, key.getHPK());
            absorb(sink, key.getNonce());
            SecretWithEncapsulation made = MLKEMGenerator.internalGenerateEncapsulated(key.getPublicKeyParameters(), source.read(32));
            absorb(sink, made.getEncapsulation());
            absorb(sink, made.getSecret());
            absorb(sink, new MLKEMExtractor(key).extractSecret(source.read(CIPHERTEXTS[set])));
        }
        return digest(sink);
    }

    /** A seed in; the public key and the deterministic signature of the empty message into the digest. */
    private static byte[] signature(int set, int count) throws Exception {
        Stream source = new Stream();
        SHAKEDigest sink = new SHAKEDigest(128);
        for (int iteration = 0; iteration < count; iteration++) {
            MLDSAPrivateKeyParameters key = new MLDSAPrivateKeyParameters(SIGNATURES[set], source.read(32));
            absorb(sink, key.getPublicKey());
            MLDSASigner signer = new MLDSASigner();
            signer.init(true, key);
            absorb(sink, signer.generateSignature());
        }
        return digest(sink);
    }

    private static String hashSignatures() throws Exception {
        Stream source = new Stream();
        StringJoiner tests = new StringJoiner(",\n", "{\"tests\":[\n", "\n]}");
        for (int set = 0; set < LEVELS.length; set++)
            for (int number = 0; number < 4; number++) {
                byte[] seed = source.read(32);
                byte[] message = source.read(new int[] {0, 33, 200, 1000}[number]);
                byte[] context = source.read(new int[] {0, 16, 255, 1}[number]);
                byte[] random = number % 2 == 0 ? null : source.read(32);
                tests.add(hashSignature(set, number, seed, message, context, random));
            }
        return tests.toString();
    }

    private static String hashSignature(int set, int number, byte[] seed, byte[] message, byte[] context, byte[] random) throws Exception {
        MLDSAPrivateKeyParameters key = new MLDSAPrivateKeyParameters(HASH_SIGNATURES[set], seed);
        CipherParameters parameters = random == null ? key : new ParametersWithRandom(key, once(random));
        HashMLDSASigner signer = new HashMLDSASigner();
        signer.init(true, new ParametersWithContext(parameters, context));
        signer.update(message, 0, message.length);
        byte[] signature = signer.generateSignature();
        HashMLDSASigner verifier = new HashMLDSASigner();
        verifier.init(false, new ParametersWithContext(key.getPublicKeyParameters(), context));
        verifier.update(message, 0, message.length);
        if (!verifier.verifySignature(signature)) throw new IllegalStateException("own signature does not hold");
        String[] fields = {
            "seed", hex(seed), "pk", hex(key.getPublicKey()), "message", hex(message), "context", hex(context),
            "rnd", random == null ? "" : hex(random), "signature", hex(signature)
        };
        StringJoiner joined = new StringJoiner(",", "{", "}");
        joined.add("\"tcId\":" + (4 * set + number + 1)).add("\"parameterSet\":\"ML-DSA-" + LEVELS[set] + "\"").add("\"hashAlg\":\"SHA2-512\"");
        for (int index = 0; index < fields.length; index += 2) joined.add("\"" + fields[index] + "\":\"" + fields[index + 1] + "\"");
        return joined.toString();
    }

    /** A generator that gives these bytes and no others. */
    private static SecureRandom once(byte[] bytes) {
        return new SecureRandom() {
            private boolean used;

            @Override
            public void nextBytes(byte[] out) {
                if (used || out.length != bytes.length) throw new IllegalStateException("unexpected draw of " + out.length + " bytes");
                used = true;
                System.arraycopy(bytes, 0, out, 0, bytes.length);
            }
        };
    }

    private static void absorb(SHAKEDigest sink, byte[] bytes) {
        sink.update(bytes, 0, bytes.length);
    }

    private static byte[] digest(SHAKEDigest sink) {
        byte[] out = new byte[32];
        sink.doFinal(out, 0, out.length);
        return out;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
