"""A CRL and an OCSP response by Python cryptography about a certificate: CA, KEY, CERTIFICATE, as PEM files."""
import datetime
import json
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp

ca_path, key_path, leaf_path = sys.argv[1:]
with open(ca_path, "rb") as file:
    ca = x509.load_pem_x509_certificate(file.read())
with open(key_path, "rb") as file:
    key = serialization.load_pem_private_key(file.read(), None)
with open(leaf_path, "rb") as file:
    leaf = x509.load_pem_x509_certificate(file.read())

now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
week = datetime.timedelta(days=7)
DIGESTS = {256: hashes.SHA256(), 384: hashes.SHA384(), 521: hashes.SHA512()}
digest = (
    DIGESTS[key.curve.key_size] if isinstance(key, ec.EllipticCurvePrivateKey)
    else hashes.SHA256() if isinstance(key, rsa.RSAPrivateKey)
    else None
)

revoked = (
    x509.RevokedCertificateBuilder()
    .serial_number(leaf.serial_number)
    .revocation_date(now)
    .add_extension(x509.CRLReason(x509.ReasonFlags.superseded), False)
    .add_extension(x509.InvalidityDate(now - week), False)
    .build()
)
crl = (
    x509.CertificateRevocationListBuilder()
    .issuer_name(ca.subject)
    .last_update(now)
    .next_update(now + week)
    .add_extension(x509.CRLNumber(300), False)
    .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.public_key()), False)
    .add_revoked_certificate(revoked)
    .sign(key, digest)
)


def respond(responder, status, **more):
    return (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=leaf, issuer=ca, algorithm=hashes.SHA256(), cert_status=status,
            this_update=now, next_update=now + week, **more)
        .responder_id(responder, ca)
        .sign(key, digest)
        .public_bytes(serialization.Encoding.DER)
        .hex()
    )


print(json.dumps({
    "crl": crl.public_bytes(serialization.Encoding.DER).hex(),
    "good": respond(ocsp.OCSPResponderEncoding.HASH, ocsp.OCSPCertStatus.GOOD, revocation_time=None, revocation_reason=None),
    "revoked": respond(
        ocsp.OCSPResponderEncoding.NAME, ocsp.OCSPCertStatus.REVOKED,
        revocation_time=now, revocation_reason=x509.ReasonFlags.key_compromise),
    "unknown": respond(ocsp.OCSPResponderEncoding.NAME, ocsp.OCSPCertStatus.UNKNOWN, revocation_time=None, revocation_reason=None),
}))
