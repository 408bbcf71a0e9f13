"""Loads private keys with pyca/cryptography and prints their public keys; or makes keys and prints both halves.

load_keys.py load PASSWORD FILE...   one line a file: ok and the SubjectPublicKeyInfo in hex, or fail and why
load_keys.py make PASSWORD           one line a key: name, PKCS #8 in hex, SubjectPublicKeyInfo in hex
"""
import sys

from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, ed448, rsa, x25519, x448


def spki(key):
    return key.public_key().public_bytes(s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo).hex()


mode, password = sys.argv[1], sys.argv[2].encode() or None

if mode == "load":
    for name in sys.argv[3:]:
        try:
            with open(name, "rb") as file:
                print("ok", spki(s.load_pem_private_key(file.read(), password)))
        except Exception as error:
            print("fail", repr(error).replace("\n", " "))
else:
    makers = {
        "Ed25519": ed25519.Ed25519PrivateKey.generate,
        "Ed448": ed448.Ed448PrivateKey.generate,
        "X25519": x25519.X25519PrivateKey.generate,
        "X448": x448.X448PrivateKey.generate,
        "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "P-521": lambda: ec.generate_private_key(ec.SECP521R1()),
        "brainpoolP256r1": lambda: ec.generate_private_key(ec.BrainpoolP256R1()),
        "RSA-2048": lambda: rsa.generate_private_key(65537, 2048),
    }
    try:
        from cryptography.hazmat.primitives.asymmetric import mldsa, mlkem

        makers["ML-DSA-44"] = mldsa.MLDSA44PrivateKey.generate
        makers["ML-DSA-65"] = mldsa.MLDSA65PrivateKey.generate
        makers["ML-DSA-87"] = mldsa.MLDSA87PrivateKey.generate
        makers["ML-KEM-768"] = mlkem.MLKEM768PrivateKey.generate
        makers["ML-KEM-1024"] = mlkem.MLKEM1024PrivateKey.generate
    except ImportError as error:
        print("note", error, file=sys.stderr)
    protection = s.BestAvailableEncryption(password) if password else s.NoEncryption()
    for name, make in makers.items():
        key = make()
        print(name, key.private_bytes(s.Encoding.DER, s.PrivateFormat.PKCS8, protection).hex(), spki(key))
