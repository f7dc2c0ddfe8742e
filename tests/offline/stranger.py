"""A stranger's reading of a status list: fetched over HTTP, verified with a library, unpacked with zlib, compared with what
each certificate's place should say. Arguments: the root certificate, the service's address, the list's address, and pairs
INDEX=VALUE."""

import base64
import json
import sys
import time
import urllib.request
import zlib

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

ENTRIES = 1 << 20


def main(root_file, service, uri, *expected):
    with open(root_file, "rb") as file:
        root = x509.load_pem_x509_certificate(file.read())
    (key,) = [key for key in json.loads(fetch(f"{service}/.well-known/jwks.json"))["keys"] if key["purpose"] == "status"]
    certificate = x509.load_der_x509_certificate(base64.b64decode(key["x5c"][0]))
    certificate.verify_directly_issued_by(root)
    assert uri in json.loads(fetch(f"{service}/api/v1/status-lists"))["status_lists"]

    header, payload, signature = fetch(uri).split(".")
    head, claims = json.loads(decode(header)), json.loads(decode(payload))
    assert head == {"alg": "ES256", "kid": key["kid"], "typ": "statuslist+jwt"}, head
    r, s = (int.from_bytes(half, "big") for half in (decode(signature)[:32], decode(signature)[32:]))
    certificate.public_key().verify(encode_dss_signature(r, s), f"{header}.{payload}".encode(), ECDSA(SHA256()))

    assert claims["sub"] == uri, claims["sub"]
    assert claims["iat"] <= time.time() < claims["exp"] == claims["iat"] + 86400 and claims["ttl"] == 3600
    assert claims["status_list"]["bits"] == 2
    places = zlib.decompress(decode(claims["status_list"]["lst"]))
    assert len(places) == ENTRIES * 2 // 8
    statuses = {index: places[index // 4] >> 2 * (index % 4) & 3 for index in range(ENTRIES)}
    told = {index: value for index, value in statuses.items() if value}
    wanted = {int(index): int(value) for index, value in (pair.split("=") for pair in expected)}
    assert told == {index: value for index, value in wanted.items() if value}, f"{told} {wanted}"
    print(f"{len(wanted)} places say what they should")


def fetch(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read().decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


main(*sys.argv[1:])
