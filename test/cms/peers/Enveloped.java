// Encrypted CMS messages with Bouncy Castle, as a peer. Commands are lines of standard input, their parts apart by tabs;
// for each one line comes back: "ok", or what went wrong.
//   encrypt enveloped|auth|attributes SCHEME CERT.pem|PASSWORD IN OUT      decrypt KEY.pem|PASSWORD IN OUT
// SCHEME: kem-sha256|kem-sha512, agree OID of the scheme, oaep-sha1|oaep-sha256|oaep-sha512, password
import java.io.FileReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.util.Collection;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.*;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OutputAEADEncryptor;
import org.bouncycastle.operator.jcajce.JcaAlgorithmParametersConverter;

public class Enveloped {
    static Object pem(String path) throws Exception {
        try (PEMParser parser = new PEMParser(new FileReader(path))) {
            return parser.readObject();
        }
    }

    static X509Certificate certificate(String path) throws Exception {
        return new JcaX509CertificateConverter().setProvider("BC").getCertificate((X509CertificateHolder) pem(path));
    }

    static AlgorithmIdentifier oaep(String hash) throws Exception {
        String name = hash.toUpperCase().replace("SHA", "SHA-");
        OAEPParameterSpec spec = new OAEPParameterSpec(name, "MGF1", new MGF1ParameterSpec(name), PSource.PSpecified.DEFAULT);
        return new JcaAlgorithmParametersConverter().getAlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP, spec);
    }

    static RecipientInfoGenerator recipient(String scheme, String to) throws Exception {
        if (scheme.equals("password"))
            return new JcePasswordRecipientInfoGenerator(CMSAlgorithm.AES256_CBC, to.toCharArray())
                .setProvider("BC").setPasswordConversionScheme(PasswordRecipient.PKCS5_SCHEME2_UTF8)
                .setPRF(PasswordRecipient.PRF.HMacSHA256).setSaltAndIterationCount("sixteen bytes ok".getBytes(), 5000);
        X509Certificate certificate = certificate(to);
        if (scheme.startsWith("kem-")) {
            ASN1ObjectIdentifier kdf = scheme.equals("kem-sha512")
                ? PKCSObjectIdentifiers.id_alg_hkdf_with_sha512 : PKCSObjectIdentifiers.id_alg_hkdf_with_sha256;
            JceKEMRecipientInfoGenerator generator = new JceKEMRecipientInfoGenerator(certificate, CMSAlgorithm.AES256_WRAP);
            return generator.setKDF(new AlgorithmIdentifier(kdf)).setProvider("BC");
        }
        if (scheme.startsWith("oaep-"))
            return new JceKeyTransRecipientInfoGenerator(certificate, oaep(scheme.substring(5))).setProvider("BC");
        KeyPairGenerator keys = KeyPairGenerator.getInstance(certificate.getPublicKey().getAlgorithm(), "BC");
        if (certificate.getPublicKey() instanceof java.security.interfaces.ECPublicKey ec) keys.initialize(ec.getParams());
        KeyPair own = keys.generateKeyPair();
        return new JceKeyAgreeRecipientInfoGenerator(new ASN1ObjectIdentifier(scheme), own.getPrivate(), own.getPublic(), CMSAlgorithm.AES256_WRAP)
            .addRecipient(certificate).setProvider("BC");
    }

    // Authenticated attributes: the content type, and a time.
    static AttributeTable attributes() {
        ASN1EncodableVector list = new ASN1EncodableVector();
        list.add(new Attribute(CMSAttributes.contentType, new DERSet(CMSObjectIdentifiers.data)));
        list.add(new Attribute(CMSAttributes.signingTime, new DERSet(new Time(new java.util.Date()))));
        return new AttributeTable(list);
    }

    static void encrypt(String kind, String scheme, String to, String in, String out) throws Exception {
        CMSTypedData data = new CMSProcessableByteArray(Files.readAllBytes(Path.of(in)));
        byte[] message;
        if (!kind.equals("enveloped")) {
            CMSAuthEnvelopedDataGenerator generator = new CMSAuthEnvelopedDataGenerator();
            if (kind.equals("attributes")) generator.setAuthenticatedAttributeGenerator(new SimpleAttributeTableGenerator(attributes()));
            generator.addRecipientInfoGenerator(recipient(scheme, to));
            OutputAEADEncryptor cipher = (OutputAEADEncryptor)
                new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_GCM).setProvider("BC").build();
            message = generator.generate(data, cipher).getEncoded();
        } else {
            CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
            generator.addRecipientInfoGenerator(recipient(scheme, to));
            message = generator.generate(data, new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_CBC).setProvider("BC").build()).getEncoded();
        }
        Files.write(Path.of(out), message);
    }

    static byte[] open(RecipientInformation info, String with, boolean auth) throws Exception {
        if (info instanceof PasswordRecipientInformation) {
            JcePasswordRecipient recipient = auth
                ? new JcePasswordAuthEnvelopedRecipient(with.toCharArray()) : new JcePasswordEnvelopedRecipient(with.toCharArray());
            return info.getContent(recipient.setProvider("BC").setPasswordConversionScheme(PasswordRecipient.PKCS5_SCHEME2_UTF8));
        }
        PrivateKey key = new JcaPEMKeyConverter().setProvider("BC").getPrivateKey((PrivateKeyInfo) pem(with));
        if (info instanceof KeyAgreeRecipientInformation)
            return info.getContent(auth
                ? new JceKeyAgreeAuthEnvelopedRecipient(key).setProvider("BC") : new JceKeyAgreeEnvelopedRecipient(key).setProvider("BC"));
        if (info instanceof KeyTransRecipientInformation)
            return info.getContent(auth
                ? new JceKeyTransAuthEnvelopedRecipient(key).setProvider("BC") : new JceKeyTransEnvelopedRecipient(key).setProvider("BC"));
        return info.getContent(auth
            ? new JceKEMAuthEnvelopedRecipient(key).setProvider("BC") : new JceKEMEnvelopedRecipient(key).setProvider("BC"));
    }

    static void decrypt(String with, String in, String out) throws Exception {
        byte[] message = Files.readAllBytes(Path.of(in));
        boolean auth = org.bouncycastle.asn1.cms.ContentInfo.getInstance(message).getContentType()
            .equals(CMSObjectIdentifiers.authEnvelopedData);
        Collection<RecipientInformation> infos = auth
            ? new CMSAuthEnvelopedData(message).getRecipientInfos().getRecipients()
            : new CMSEnvelopedData(message).getRecipientInfos().getRecipients();
        Files.write(Path.of(out), open(infos.iterator().next(), with, auth));
    }

    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        for (String line : new String(System.in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
            String[] command = line.split("\t");
            try {
                if (command[0].equals("encrypt")) encrypt(command[1], command[2], command[3], command[4], command[5]);
                else decrypt(command[1], command[2], command[3]);
                System.out.println("ok");
            } catch (Exception e) {
                System.out.println(e.toString().replace('\n', ' '));
            }
        }
    }
}
