"""Every receipt verifies under the published `receipt` key with a stranger's library, and says what was answered."""

import base64
import hashlib
import json

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from certificates import Fault, expect, judge


def check(certificate):
    answer = certificate.verification
    header, payload, signature = answer["receipt"].split(".")
    signed, key = f"{header}.{payload}".encode(), certificate.key("receipt")
    claims, head = json.loads(decode(payload)), json.loads(decode(header))
    expect(head["typ"] == "earayis-receipt+jwt" and head["alg"] == "ES256", f"its header is {head}")
    expect(head["kid"] == key["kid"], "it names another key")
    expect(verifies(public(key), signed, decode(signature)), "its signature does not fit")
    expect(not verifies(public(key), signed + b"A", decode(signature)), "its signature fits anything")
    expect(not verifies(public(certificate.key("qr")), signed, decode(signature)), "the qr key signs receipts")
    chained = x509.load_der_x509_certificate(base64.b64decode(key["x5c"][0]))
    expect(chained.public_key().public_numbers() == public(key).public_numbers(), "x5c is of another key")
    chained.verify_directly_issued_by(x509.load_der_x509_certificate(certificate.root()))
    expected = {
        "iss": certificate.url,
        "jti": answer["id"],
        "basis": "file",
        "verdict": "valid",
        "number": certificate.facts["number"],
        "sha256": hashlib.sha256(certificate.bytes()).hexdigest(),
    }
    for name, value in expected.items():
        expect(claims.get(name) == value, f"{name} is {claims.get(name)!r}")
    told = [{name: check[name] for name in ("name", "result", "reason")} for check in answer["checks"]]
    expect(claims["checks"] == told, "its checks are others than those answered")
    checkpoint = claims["checkpoint"]
    expect(checkpoint["size"] > 0 and len(base64.b64decode(checkpoint["root"])) == 32, f"{checkpoint}")
    expect(certificate.facts["fin"] not in decode(payload).decode(), "it holds the FİN")


def public(jwk):
    x, y = (int.from_bytes(decode(jwk[name]), "big") for name in ("x", "y"))
    return EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()


def verifies(key, signed, signature):
    if len(signature) != 64:
        raise Fault(f"a signature of {len(signature)} bytes")
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    try:
        key.verify(encode_dss_signature(r, s), signed, ECDSA(SHA256()))
        return True
    except InvalidSignature:
        return False


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


judge(check, only_kinds=True)
