"""What Python cryptography reads in CRLs and OCSP messages: one line of JSON a file, or why it refuses it."""
import json
import sys

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtensionOID


def time(value):
    return None if value is None else value.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def extension(extensions, oid):
    try:
        return extensions.get_extension_for_oid(oid).value
    except x509.ExtensionNotFound:
        return None


def entry(revoked):
    reason = extension(revoked.extensions, x509.oid.CRLEntryExtensionOID.CRL_REASON)
    invalidity = extension(revoked.extensions, x509.oid.CRLEntryExtensionOID.INVALIDITY_DATE)
    return {
        "serial": "%x" % revoked.serial_number,
        "since": time(revoked.revocation_date_utc),
        "reason": None if reason is None else reason.reason.value,
        "invalidity": None if invalidity is None else time(invalidity.invalidity_date_utc),
    }


def crl(data):
    read = x509.load_pem_x509_crl(data) if data.startswith(b"-----") else x509.load_der_x509_crl(data)
    number = extension(read.extensions, ExtensionOID.CRL_NUMBER)
    base = extension(read.extensions, ExtensionOID.DELTA_CRL_INDICATOR)
    scope = extension(read.extensions, ExtensionOID.ISSUING_DISTRIBUTION_POINT)
    return {
        "issuer": read.issuer.public_bytes().hex(),
        "tbs": read.tbs_certlist_bytes.hex(),
        "signature": read.signature.hex(),
        "algorithm": read.signature_algorithm_oid.dotted_string,
        "this": time(read.last_update_utc),
        "next": time(read.next_update_utc),
        "number": None if number is None else "%x" % number.crl_number,
        "base": None if base is None else "%x" % base.crl_number,
        "scope": None if scope is None else {
            "user": scope.only_contains_user_certs,
            "ca": scope.only_contains_ca_certs,
            "attribute": scope.only_contains_attribute_certs,
            "indirect": scope.indirect_crl,
            "reasons": None if scope.only_some_reasons is None
            else sorted(reason.value for reason in scope.only_some_reasons),
        },
        "entries": [entry(revoked) for revoked in read],
    }


def request(data):
    read = ocsp.load_der_ocsp_request(data)
    nonce = extension(read.extensions, x509.OCSPNonce.oid)
    return {
        "serial": "%x" % read.serial_number,
        "name": read.issuer_name_hash.hex(),
        "key": read.issuer_key_hash.hex(),
        "hash": read.hash_algorithm.name,
        "nonce": None if nonce is None else nonce.nonce.hex(),
    }


def verifies(read):
    """Whether the signature holds under the first certificate, which has an RSA key in all of these."""
    if not read.certificates:
        return None
    try:
        read.certificates[0].public_key().verify(
            read.signature, read.tbs_response_bytes, padding.PKCS1v15(), read.signature_hash_algorithm)
        return True
    except InvalidSignature:
        return False


def response(data):
    read = ocsp.load_der_ocsp_response(data)
    if read.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return {"status": read.response_status.name}
    nonce = extension(read.extensions, x509.OCSPNonce.oid)
    return {
        "status": read.response_status.name,
        "algorithm": read.signature_algorithm_oid.dotted_string,
        "tbs": read.tbs_response_bytes.hex(),
        "signature": read.signature.hex(),
        "keyHash": None if read.responder_key_hash is None else read.responder_key_hash.hex(),
        "responder": None if read.responder_name is None else read.responder_name.public_bytes().hex(),
        "certificates": len(read.certificates),
        "verifies": verifies(read),
        "produced": time(read.produced_at_utc),
        "nonce": None if nonce is None else nonce.nonce.hex(),
        "answers": [
            {
                "serial": "%x" % one.serial_number,
                "status": one.certificate_status.name,
                "this": time(one.this_update_utc),
                "next": time(one.next_update_utc),
                "since": time(one.revocation_time_utc),
                "reason": None if one.revocation_reason is None else one.revocation_reason.value,
            }
            for one in read.responses
        ],
    }


READERS = {"crl": crl, "request": request, "response": response}

for argument in sys.argv[1:]:
    kind, path = argument.split(":", 1)
    with open(path, "rb") as file:
        contents = file.read()
    try:
        print(json.dumps(READERS[kind](contents)))
    except Exception as error:  # whatever it is, it is a refusal
        print(json.dumps({"refused": f"{type(error).__name__}: {error}"}))
