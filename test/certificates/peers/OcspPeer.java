import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.Req;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.cert.ocsp.jcajce.JcaBasicOCSPRespBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Bouncy Castle as an OCSP client and responder. Each line of standard input is "CA KEY REQUEST RESPONSE" in
 * hexadecimal; the key is PKCS #8. The response must verify under the CA and say good, then revoked, about the
 * certificates of the request. The answer is "ok" and a response to the request that says the same, or "fail" and why.
 */
public class OcspPeer {
  public static void main(String[] args) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      try {
        System.out.println("ok " + HexFormat.of().formatHex(answer(line.split(" "))));
      } catch (Exception problem) {
        System.out.println("fail " + problem.toString().replace('\n', ' '));
      }
    }
  }

  static byte[] answer(String[] words) throws Exception {
    byte[] certificate = HexFormat.of().parseHex(words[0]);
    X509CertificateHolder ca = new X509CertificateHolder(certificate);
    X509Certificate read =
        (X509Certificate)
            CertificateFactory.getInstance("X.509", "BC")
                .generateCertificate(new ByteArrayInputStream(certificate));
    DigestCalculatorProvider digests =
        new JcaDigestCalculatorProviderBuilder().setProvider("BC").build();
    OCSPReq request = new OCSPReq(HexFormat.of().parseHex(words[2]));
    Extension nonce = request.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
    Req[] asked = request.getRequestList();

    BasicOCSPResp judged =
        (BasicOCSPResp) new OCSPResp(HexFormat.of().parseHex(words[3])).getResponseObject();
    require(
        judged.isSignatureValid(
            new JcaContentVerifierProviderBuilder().setProvider("BC").build(ca)),
        "the signature does not verify");
    require(
        judged.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce).equals(nonce), "another nonce");
    SingleResp[] singles = judged.getResponses();
    require(singles.length == 2 && asked.length == 2, "not two certificates");
    for (int index = 0; index < 2; index++) {
      require(singles[index].getCertID().equals(asked[index].getCertID()), "another certificate");
      require(singles[index].getCertID().matchesIssuer(ca, digests), "another issuer");
    }
    require(singles[0].getCertStatus() == CertificateStatus.GOOD, "not good");
    require(
        singles[1].getCertStatus() instanceof RevokedStatus revoked
            && revoked.getRevocationReason() == 1,
        "not revoked for a key compromise");

    BasicOCSPRespBuilder builder =
        new JcaBasicOCSPRespBuilder(
            read.getPublicKey(), digests.get(CertificateID.HASH_SHA1));
    Date now = new Date();
    Date next = new Date(now.getTime() + 3_600_000);
    builder.addResponse(asked[0].getCertID(), CertificateStatus.GOOD, now, next, null);
    builder.addResponse(asked[1].getCertID(), new RevokedStatus(now, 4), now, next, null);
    builder.setResponseExtensions(new Extensions(nonce));
    byte[] encoded = HexFormat.of().parseHex(words[1]);
    PrivateKey key = BouncyCastleProvider.getPrivateKey(PrivateKeyInfo.getInstance(encoded));
    BasicOCSPResp basic =
        builder.build(
            new JcaContentSignerBuilder(read.getSigAlgName()).setProvider("BC").build(key),
            null,
            now);
    return new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, basic).getEncoded();
  }

  static void require(boolean holds, String otherwise) {
    if (!holds) throw new IllegalStateException(otherwise);
  }
}
