"""pyca/cryptography as a verifier: a line "ISSUER CERT" in hexadecimal is answered by "ok" or "fail" and why.

Arguments: none. With "request", lines are "CSR".
"""

import sys

from cryptography import x509

for line in sys.stdin:
    words = [bytes.fromhex(word) for word in line.split()]
    try:
        if sys.argv[1:] == ["request"]:
            if not x509.load_der_x509_csr(words[0]).is_signature_valid:
                raise ValueError("the signature does not verify")
        else:
            issuer, certificate = map(x509.load_der_x509_certificate, words)
            certificate.verify_directly_issued_by(issuer)
            certificate.extensions  # every extension is parsed
        print("ok")
    except Exception as problem:
        print("fail", repr(problem).replace("\n", " "))
