import java.io.BufferedReader;
import java.io.FileReader;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Security;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.SignerId;
import org.bouncycastle.cms.SignerInfoGenerator;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.SignerInformationStore;
import org.bouncycastle.cms.SignerInformationVerifier;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.tsp.TimeStampTokenGenerator;
import org.bouncycastle.util.CollectionStore;
import org.bouncycastle.util.Store;

/**
 * Bouncy Castle as a signer and as a verifier of messages and time-stamp tokens. Reads commands from standard input, one
 * a line, their arguments files; answers each with one line: "ok" and what it found, or "fail" and why.
 *
 * sign FORM KEY CERT CONTENT OUT       FORM is attached, detached or direct (attached, without signed attributes)
 * verify IN [CONTENT]                  every signature and countersignature; tells how many
 * countersign IN KEY CERT OUT          every signature
 * stamp CONTENT KEY CERT OUT           a time-stamp token
 * verify-token IN CONTENT
 */
public class CmsPeer {
  public static void main(String[] args) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String answer;
      try {
        answer = "ok " + answer(line.split(" "));
      } catch (Throwable error) {
        answer = "fail " + error.toString().replace('\n', ' ');
      }
      System.out.println(answer);
    }
  }

  private static String answer(String[] args) throws Exception {
    return switch (args[0]) {
      case "sign" -> sign(args[1], args[2], args[3], args[4], args[5]);
      case "verify" -> verify(args[1], args.length > 2 ? args[2] : null);
      case "countersign" -> countersign(args[1], args[2], args[3], args[4]);
      case "stamp" -> stamp(args[1], args[2], args[3], args[4]);
      case "verify-token" -> verifyToken(args[1], args[2]);
      default -> throw new IllegalArgumentException(args[0]);
    };
  }

  private static byte[] read(String path) throws Exception {
    return Files.readAllBytes(Path.of(path));
  }

  private static X509CertificateHolder certificate(String path) throws Exception {
    try (PEMParser parser = new PEMParser(new FileReader(path))) {
      return (X509CertificateHolder) parser.readObject();
    }
  }

  private static SignerInfoGenerator signer(String key, String certificate, boolean direct) throws Exception {
    PrivateKey privateKey;
    try (PEMParser parser = new PEMParser(new FileReader(key))) {
      privateKey =
          new JcaPEMKeyConverter().setProvider("BC").getPrivateKey((PrivateKeyInfo) parser.readObject());
    }
    String algorithm =
        switch (privateKey.getAlgorithm()) {
          case "EC", "ECDSA" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> privateKey.getAlgorithm();
        };
    return new JcaSimpleSignerInfoGeneratorBuilder()
        .setProvider("BC")
        .setDirectSignature(direct)
        .build(algorithm, privateKey, certificate(certificate));
  }

  private static String sign(String form, String key, String certificate, String content, String out)
      throws Exception {
    CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
    generator.addSignerInfoGenerator(signer(key, certificate, form.equals("direct")));
    generator.addCertificate(certificate(certificate));
    CMSProcessableByteArray data = new CMSProcessableByteArray(read(content));
    Files.write(Path.of(out), generator.generate(data, !form.equals("detached")).getEncoded());
    return "";
  }

  @SuppressWarnings("unchecked")
  private static X509CertificateHolder find(Store<X509CertificateHolder> certificates, SignerId id) {
    return ((Collection<X509CertificateHolder>) certificates.getMatches(id)).iterator().next();
  }

  private static int verify(SignerInformation signer, Store<X509CertificateHolder> certificates)
      throws Exception {
    SignerInformationVerifier verifier =
        new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(find(certificates, signer.getSID()));
    if (!signer.verify(verifier)) throw new IllegalStateException("does not verify");
    int count = 1;
    for (SignerInformation counter : signer.getCounterSignatures().getSigners())
      count += verify(counter, certificates);
    return count;
  }

  private static String verify(String path, String content) throws Exception {
    CMSSignedData message =
        content == null
            ? new CMSSignedData(read(path))
            : new CMSSignedData(new CMSProcessableByteArray(read(content)), read(path));
    int count = 0;
    for (SignerInformation signer : message.getSignerInfos().getSigners())
      count += verify(signer, message.getCertificates());
    return String.valueOf(count);
  }

  private static String countersign(String in, String key, String certificate, String out) throws Exception {
    CMSSignedData message = new CMSSignedData(read(in));
    CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
    generator.addSignerInfoGenerator(signer(key, certificate, false));
    List<SignerInformation> signers = new ArrayList<>();
    for (SignerInformation signer : message.getSignerInfos().getSigners())
      signers.add(SignerInformation.addCounterSigners(signer, generator.generateCounterSigners(signer)));
    CMSSignedData signed = CMSSignedData.replaceSigners(message, new SignerInformationStore(signers));
    Files.write(Path.of(out), signed.getEncoded());
    return "";
  }

  private static String verifyToken(String in, String content) throws Exception {
    TimeStampToken token = new TimeStampToken(new CMSSignedData(read(in)));
    X509CertificateHolder holder = find(token.getCertificates(), token.getSID());
    token.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(holder));
    byte[] digest = MessageDigest.getInstance("SHA-512").digest(read(content));
    if (!MessageDigest.isEqual(digest, token.getTimeStampInfo().getMessageImprintDigest()))
      throw new IllegalStateException("another imprint");
    return String.valueOf(token.getTimeStampInfo().getGenTime().getTime());
  }

  private static String stamp(String content, String key, String certificate, String out) throws Exception {
    DigestCalculator calculator =
        new JcaDigestCalculatorProviderBuilder()
            .build()
            .get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256));
    TimeStampTokenGenerator generator =
        new TimeStampTokenGenerator(
            signer(key, certificate, false), calculator, new ASN1ObjectIdentifier("1.2.3.4"));
    generator.addCertificates(new CollectionStore<>(List.of(certificate(certificate))));
    TimeStampRequestGenerator requests = new TimeStampRequestGenerator();
    requests.setCertReq(true);
    byte[] digest = MessageDigest.getInstance("SHA-512").digest(read(content));
    TimeStampRequest request = requests.generate(NISTObjectIdentifiers.id_sha512, digest);
    Files.write(Path.of(out), generator.generate(request, BigInteger.TEN, new Date()).getEncoded());
    return "";
  }
}
