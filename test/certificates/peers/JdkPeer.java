import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** The JDK's own providers as verifiers: a line "ANCHOR CERT" in hexadecimal is answered by "ok" or "fail" and why. */
public class JdkPeer {
    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            try {
                String[] words = line.trim().split(" ");
                PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(certificate(words[0]), null)));
                parameters.setRevocationEnabled(false);
                CertPathValidator.getInstance("PKIX").validate(
                    CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate(words[1]))), parameters);
                System.out.println("ok");
            } catch (Throwable problem) {
                System.out.println("fail " + problem.toString().replace('\n', ' '));
            }
        }
    }

    static X509Certificate certificate(String hex) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(HexFormat.of().parseHex(hex)));
    }
}
