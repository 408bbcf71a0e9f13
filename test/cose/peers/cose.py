"""COSE_Sign1 and COSE_Sign written from RFC 9052 over cbor2 and pyca/cryptography.

Reads requests, one JSON object a line, and answers each with one line:

{"do": "sign", "keys": [COSE_Key...], "algs": [number...], "payload": HEX, "aad": HEX, "one": BOOL}
    hex of a message; "one": a COSE_Sign1, with alg and kid protected
{"do": "verify", "keys": [COSE_Key...], "message": HEX, "aad": HEX, "payload": HEX}
    "yes" or "no" for every signature, under the key at the same place
{"do": "structures", "message": HEX, "aad": HEX}
    the Sig_structures in hex, one for every signature, separated by spaces
"""
import json
import sys

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, mldsa, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

HASHES = {
    -7: hashes.SHA256(), -9: hashes.SHA256(), -265: hashes.SHA256(), -37: hashes.SHA256(),
    -35: hashes.SHA384(), -51: hashes.SHA384(), -267: hashes.SHA384(), -38: hashes.SHA384(),
    -36: hashes.SHA512(), -52: hashes.SHA512(), -39: hashes.SHA512(),
}
CURVES = {
    1: ec.SECP256R1(), 2: ec.SECP384R1(), 3: ec.SECP521R1(),
    256: ec.BrainpoolP256R1(), 258: ec.BrainpoolP384R1(),
}
ML_DSA = {
    -48: (mldsa.MLDSA44PrivateKey, mldsa.MLDSA44PublicKey),
    -49: (mldsa.MLDSA65PrivateKey, mldsa.MLDSA65PublicKey),
    -50: (mldsa.MLDSA87PrivateKey, mldsa.MLDSA87PublicKey),
}


def number(value):
    return int.from_bytes(value, "big")


def public_key(key):
    kty = key[1]
    if kty == 1:
        kind = {6: ed25519.Ed25519PublicKey, 7: ed448.Ed448PublicKey}[key[-1]]
        return kind.from_public_bytes(key[-2])
    if kty == 2:
        return ec.EllipticCurvePublicNumbers(number(key[-2]), number(key[-3]), CURVES[key[-1]]).public_key()
    if kty == 3:
        return rsa.RSAPublicNumbers(number(key[-2]), number(key[-1])).public_key()
    if kty == 7:
        return ML_DSA[key[3]][1].from_public_bytes(key[-1])
    raise ValueError(f"kty {kty}")


def private_key(key):
    kty = key[1]
    if kty == 1:
        kind = {6: ed25519.Ed25519PrivateKey, 7: ed448.Ed448PrivateKey}[key[-1]]
        return kind.from_private_bytes(key[-4])
    if kty == 2:
        return ec.derive_private_key(number(key[-4]), CURVES[key[-1]])
    if kty == 3:
        parts = (number(key[label]) for label in (-4, -5, -3, -6, -7, -8))
        p, q, d, dp, dq, qi = parts
        public = rsa.RSAPublicNumbers(number(key[-2]), number(key[-1]))
        return rsa.RSAPrivateNumbers(p, q, d, dp, dq, qi, public).private_key()
    if kty == 7:
        return ML_DSA[key[3]][0].from_seed_bytes(key[-2])
    raise ValueError(f"kty {kty}")


def pss(alg):
    return padding.PSS(padding.MGF1(HASHES[alg]), HASHES[alg].digest_size)


def sign(key, alg, data):
    secret = private_key(key)
    if key[1] == 2:
        r, s = decode_dss_signature(secret.sign(data, ec.ECDSA(HASHES[alg])))
        size = (secret.curve.key_size + 7) // 8
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    if key[1] == 3:
        return secret.sign(data, pss(alg), HASHES[alg])
    return secret.sign(data)


def holds(key, alg, data, signature):
    public = public_key(key)
    try:
        if key[1] == 2:
            size = (public.curve.key_size + 7) // 8
            if len(signature) != 2 * size:
                return False
            value = encode_dss_signature(number(signature[:size]), number(signature[size:]))
            public.verify(value, data, ec.ECDSA(HASHES[alg]))
        elif key[1] == 3:
            public.verify(signature, data, pss(alg), HASHES[alg])
        else:
            public.verify(signature, data)
        return True
    except InvalidSignature:
        return False


def protected(headers):
    return cbor2.dumps(headers, canonical=True) if headers else b""


def structure(body, layer, aad, payload):
    if layer is None:
        return cbor2.dumps(["Signature1", body, aad, payload])
    return cbor2.dumps(["Signature", body, layer, aad, payload])


def layers(message, aad, detached):
    """The alg, Sig_structure and signature of every signature."""
    item = cbor2.loads(message)
    body, unprotected, payload, last = item.value
    payload = detached if payload is None else payload
    if item.tag == 18:
        alg = (cbor2.loads(body) if body else unprotected)[1]
        return [(alg, structure(body, None, aad, payload), last)]
    if item.tag == 98:
        return [
            (cbor2.loads(own)[1], structure(body, own, aad, payload), signature)
            for own, _, signature in last
        ]
    raise ValueError(f"tag {item.tag}")


def answer(request):
    keys = [cbor2.loads(bytes.fromhex(key)) for key in request.get("keys", [])]
    aad = bytes.fromhex(request["aad"])
    payload = bytes.fromhex(request.get("payload", ""))
    if request["do"] == "verify":
        found = layers(bytes.fromhex(request["message"]), aad, payload)
        return " ".join("yes" if holds(key, *layer) else "no" for key, layer in zip(keys, found, strict=True))
    if request["do"] == "structures":
        return " ".join(data.hex() for _, data, _ in layers(bytes.fromhex(request["message"]), aad, payload))
    heads = [protected({1: alg, 4: b"python"}) for alg in request["algs"]]
    if request["one"]:
        value = sign(keys[0], request["algs"][0], structure(heads[0], None, aad, payload))
        return cbor2.dumps(cbor2.CBORTag(18, [heads[0], {}, payload, value])).hex()
    body = protected({3: 0})
    made = [
        [head, {}, sign(key, alg, structure(body, head, aad, payload))]
        for key, alg, head in zip(keys, request["algs"], heads, strict=True)
    ]
    return cbor2.dumps(cbor2.CBORTag(98, [body, {}, payload, made])).hex()


for line in sys.stdin:
    try:
        print(answer(json.loads(line)), flush=True)
    except Exception as error:
        print("fail", repr(error).replace("\n", " "), flush=True)
