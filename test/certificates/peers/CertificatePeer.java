import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.cms.BinaryTime;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.RequesterCertificate;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.PrivateKeyPossessionStatement;
import org.bouncycastle.asn1.x509.RelatedCertificate;
import org.bouncycastle.asn1.x509.SubjectAltPublicKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.DeltaCertificateTool;
import org.bouncycastle.cert.RelatedCertificateTool;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;

/**
 * Bouncy Castle as a certificate authority and as a verifier. Reads commands from standard input, one a line, byte
 * strings in hexadecimal; answers each with one line: "ok" and what it made, or "fail" and why.
 *
 * Algorithms are KEY/SIGNATURE, as Java names them: "EC:secp256r1/SHA256withECDSA", "RSA:2048/SHA256withRSA",
 * "ML-DSA-65/ML-DSA-65".
 *
 * chain ANCHOR CERT                  validates the path (PKIX), on a day in the certificate's validity
 * alternative CERT ISSUER            the alternative signature of CERT, under the alternative key of ISSUER
 * request CSR                        the signature of a request
 * issue ALGORITHM [SPKI]             makes a root, a certificate for SPKI (or the same key) and a request
 * catalyst ALGORITHM ALTERNATIVE     makes a root and a certificate with alternative signatures
 * delta ALGORITHM OTHER              makes a base certificate and the delta certificate that it describes
 * related CERT CSR RELATED           CERT, of a P-256 key, is the one that CSR proves and that RELATED names
 * requester ALGORITHM TIME           makes a certificate and a request that proves it (RFC 9763)
 * possession CSR CERT                the request names CERT as its signer (RFC 9883), whose key signed it
 */
public class CertificatePeer {
    static final HexFormat HEX = HexFormat.of();
    static final Date FROM = new Date(1767225600000L);
    static final Date UNTIL = new Date(2082758400000L);
    static int serial = 1;

    public static void main(String[] arguments) throws Exception {
        Security.insertProviderAt(new BouncyCastleProvider(), 1);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.trim().split(" ");
            try {
                System.out.println("ok" + answer(words[0], words));
            } catch (Throwable problem) {
                System.out.println("fail " + problem.toString().replace('\n', ' '));
            }
        }
    }

    static String answer(String command, String[] words) throws Exception {
        switch (command) {
            case "chain": return chain(certificate(words[1]), certificate(words[2]));
            case "alternative": return alternative(certificate(words[1]), certificate(words[2]));
            case "request": return request(new PKCS10CertificationRequest(HEX.parseHex(words[1])));
            case "issue": return issue(words[1], words.length > 2 ? words[2] : null);
            case "catalyst": return catalyst(words[1], words[2]);
            case "delta": return delta(words[1], words[2]);
            case "related": return related(certificate(words[1]), words[2], certificate(words[3]));
            case "requester": return requester(words[1], Long.parseLong(words[2]));
            case "possession": return possession(new PKCS10CertificationRequest(HEX.parseHex(words[1])), certificate(words[2]));
            default: throw new IllegalArgumentException(command);
        }
    }

    static X509CertificateHolder certificate(String hex) throws Exception {
        return new X509CertificateHolder(HEX.parseHex(hex));
    }

    static String hex(X509CertificateHolder certificate) throws Exception {
        return " " + HEX.formatHex(certificate.getEncoded());
    }

    static X509Certificate java(X509CertificateHolder certificate) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509", "BC")
            .generateCertificate(new ByteArrayInputStream(certificate.getEncoded()));
    }

    static ContentVerifierProvider verifier(SubjectPublicKeyInfo key) throws Exception {
        return new JcaContentVerifierProviderBuilder().setProvider("BC").build(key);
    }

    static void require(boolean holds, String what) {
        if (!holds) throw new IllegalStateException(what);
    }

    static String chain(X509CertificateHolder anchor, X509CertificateHolder leaf) throws Exception {
        require(leaf.isSignatureValid(verifier(anchor.getSubjectPublicKeyInfo())), "the signature does not verify");
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(java(anchor), null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(new Date(leaf.getNotBefore().getTime() + 3600_000));
        CertPathValidator.getInstance("PKIX", "BC").validate(
            CertificateFactory.getInstance("X.509", "BC").generateCertPath(List.of(java(leaf))), parameters);
        return "";
    }

    static String alternative(X509CertificateHolder certificate, X509CertificateHolder issuer) throws Exception {
        SubjectAltPublicKeyInfo key = SubjectAltPublicKeyInfo.fromExtensions(issuer.getExtensions());
        require(
            certificate.isAlternativeSignatureValid(
                verifier(SubjectPublicKeyInfo.getInstance(key.toASN1Primitive()))),
            "the alternative signature does not verify");
        return "";
    }

    static String request(PKCS10CertificationRequest request) throws Exception {
        require(request.isSignatureValid(verifier(request.getSubjectPublicKeyInfo())), "the signature does not verify");
        return " " + request.getSubject();
    }

    static KeyPair keys(String algorithm) throws Exception {
        String[] names = algorithm.split("/")[0].split(":");
        KeyPairGenerator generator = KeyPairGenerator.getInstance(names[0], "BC");
        if (names.length > 1 && names[0].equals("EC")) generator.initialize(new ECGenParameterSpec(names[1]));
        else if (names.length > 1) generator.initialize(Integer.parseInt(names[1]));
        return generator.generateKeyPair();
    }

    static ContentSigner signer(String algorithm, KeyPair pair) throws Exception {
        return new JcaContentSignerBuilder(algorithm.split("/")[1]).setProvider("BC").build(pair.getPrivate());
    }

    static SubjectPublicKeyInfo spki(KeyPair pair) {
        return SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
    }

    static X509v3CertificateBuilder builder(String issuer, String subject, SubjectPublicKeyInfo key, boolean ca)
        throws Exception {
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
            new X500Name(issuer), BigInteger.valueOf(serial++), FROM, UNTIL, new X500Name(subject), key);
        if (ca) {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        }
        return builder;
    }

    static X509v3CertificateBuilder leaf(String issuer, SubjectPublicKeyInfo key) throws Exception {
        X509v3CertificateBuilder builder = builder(issuer, "CN=leaf.example", key, false);
        builder.addExtension(Extension.subjectAlternativeName, false,
            new GeneralNames(new GeneralName(GeneralName.dNSName, "leaf.example")));
        return builder;
    }

    static String issue(String algorithm, String leafKey) throws Exception {
        KeyPair pair = keys(algorithm);
        X509CertificateHolder root =
            builder("CN=Bouncy", "CN=Bouncy", spki(pair), true).build(signer(algorithm, pair));
        SubjectPublicKeyInfo key =
            leafKey == null ? spki(pair) : SubjectPublicKeyInfo.getInstance(HEX.parseHex(leafKey));
        X509CertificateHolder leaf = leaf("CN=Bouncy", key).build(signer(algorithm, pair));
        ExtensionsGenerator asked = new ExtensionsGenerator();
        asked.addExtension(Extension.subjectAlternativeName, false,
            new GeneralNames(new GeneralName(GeneralName.dNSName, "asked.example")));
        PKCS10CertificationRequest request =
            new PKCS10CertificationRequestBuilder(new X500Name("CN=Asked"), spki(pair))
                .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, asked.generate())
                .build(signer(algorithm, pair));
        return hex(root) + hex(leaf) + " " + HEX.formatHex(request.getEncoded());
    }

    static String catalyst(String algorithm, String other) throws Exception {
        KeyPair pair = keys(algorithm);
        KeyPair alternative = keys(other);
        X509v3CertificateBuilder root = builder("CN=Both", "CN=Both", spki(pair), true);
        root.addExtension(Extension.subjectAltPublicKeyInfo, false, spki(alternative));
        X509v3CertificateBuilder leaf = leaf("CN=Both", spki(keys(algorithm)));
        return hex(root.build(signer(algorithm, pair), false, signer(other, alternative)))
            + hex(leaf.build(signer(algorithm, pair), false, signer(other, alternative)));
    }

    static String delta(String algorithm, String other) throws Exception {
        KeyPair pair = keys(algorithm);
        KeyPair deltaPair = keys(other);
        X509v3CertificateBuilder described = builder("CN=Delta CA", "CN=Delta CA", spki(deltaPair), true);
        X509CertificateHolder delta = described.build(signer(other, deltaPair));
        X509v3CertificateBuilder base = builder("CN=Base CA", "CN=Base CA", spki(pair), true);
        base.addExtension(DeltaCertificateTool.makeDeltaCertificateExtension(false, delta));
        X509CertificateHolder whole = base.build(signer(algorithm, pair));
        require(DeltaCertificateTool.extractDeltaCertificate(whole).equals(delta), "another delta certificate");
        return hex(whole) + hex(delta);
    }

    static RequesterCertificate proof(PKCS10CertificationRequest request) {
        Attribute[] attributes = request.getAttributes(PKCSObjectIdentifiers.id_aa_relatedCertRequest);
        require(attributes.length == 1, "no relatedCertRequest");
        return RelatedCertificateTool.fromAttribute(attributes[0]);
    }

    static String related(X509CertificateHolder certificate, String csr, X509CertificateHolder issued) throws Exception {
        RequesterCertificate proof = proof(new PKCS10CertificationRequest(HEX.parseHex(csr)));
        require(
            proof.getCertID().equals(new IssuerAndSerialNumber(certificate.toASN1Structure())), "another certificate");
        require(
            RelatedCertificateTool.verifyRequesterCertificate(
                proof,
                verifier(certificate.getSubjectPublicKeyInfo())
                    .get(new DefaultSignatureAlgorithmIdentifierFinder().find("SHA256withECDSA"))),
            "the proof does not verify");
        RelatedCertificate extension = RelatedCertificate.getInstance(
            issued.getExtension(Extension.relatedCertificate).getParsedValue());
        require(
            RelatedCertificateTool.isRelatedCertificate(
                extension, certificate, new JcaDigestCalculatorProviderBuilder().build()),
            "the extension names another certificate");
        return " " + proof.getRequestTime().getTime();
    }

    static String requester(String algorithm, long time) throws Exception {
        KeyPair pair = keys(algorithm);
        X509CertificateHolder held =
            builder("CN=Held", "CN=Held", spki(pair), true).build(signer(algorithm, pair));
        KeyPair fresh = keys(algorithm);
        RequesterCertificate proof = RelatedCertificateTool.createRequesterCertificate(
            new IssuerAndSerialNumber(held.toASN1Structure()), new BinaryTime(time),
            new String[] {"https://ca.example/held.cer"}, signer(algorithm, pair));
        Attribute attribute = RelatedCertificateTool.toAttribute(proof);
        PKCS10CertificationRequest request =
            new PKCS10CertificationRequestBuilder(new X500Name("CN=Held"), spki(fresh))
                .addAttribute(attribute.getAttrType(), attribute.getAttrValues().getObjectAt(0))
                .build(signer(algorithm, fresh));
        RelatedCertificate extension = RelatedCertificateTool.createRelatedCertificate(
            held, new JcaDigestCalculatorProviderBuilder().build().get(
                new org.bouncycastle.asn1.x509.AlgorithmIdentifier(
                    org.bouncycastle.asn1.nist.NISTObjectIdentifiers.id_sha256)));
        X509v3CertificateBuilder builder = builder("CN=Held", "CN=New", spki(fresh), false);
        builder.addExtension(Extension.relatedCertificate, false, extension);
        return hex(held) + " " + HEX.formatHex(request.getEncoded()) + hex(builder.build(signer(algorithm, pair)));
    }

    static String possession(PKCS10CertificationRequest request, X509CertificateHolder signer) throws Exception {
        Attribute[] attributes =
            request.getAttributes(new org.bouncycastle.asn1.ASN1ObjectIdentifier("1.3.6.1.4.1.22112.2.1"));
        PrivateKeyPossessionStatement statement =
            PrivateKeyPossessionStatement.getInstance(attributes[0].getAttrValues().getObjectAt(0));
        require(statement.getSigner().getName().equals(signer.getIssuer()), "another issuer");
        require(
            statement.getSigner().getCertificateSerialNumber().getValue().equals(signer.getSerialNumber()),
            "another serial number");
        require(request.isSignatureValid(verifier(signer.getSubjectPublicKeyInfo())), "the signature does not verify");
        return "";
    }
}
