"""Python cryptography on our CRLs and OCSP responses: CA, CRL, RESPONSE, as files; what it says is one line of JSON."""
import json
import sys

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp

ca_path, crl_path, response_path = sys.argv[1:]
with open(ca_path, "rb") as file:
    key = x509.load_pem_x509_certificate(file.read()).public_key()
with open(crl_path, "rb") as file:
    crl = x509.load_pem_x509_crl(file.read())
with open(response_path, "rb") as file:
    response = ocsp.load_der_ocsp_response(file.read())

signed = response.signature, response.tbs_response_bytes
if isinstance(key, rsa.RSAPublicKey):
    key.verify(*signed, padding.PKCS1v15(), response.signature_hash_algorithm)
elif isinstance(key, ec.EllipticCurvePublicKey):
    key.verify(*signed, ec.ECDSA(response.signature_hash_algorithm))
else:
    key.verify(*signed)
print(json.dumps({
    "crl": crl.is_signature_valid(key),
    "entries": ["%x" % one.serial_number for one in crl],
    "status": [one.certificate_status.name for one in response.responses],
}))
