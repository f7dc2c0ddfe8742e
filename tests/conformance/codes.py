"""Every QR is read from the printed page at 150 and 300 dpi, in grey or in black and white, and its token is one that a stranger's
COSE library verifies under the published `qr` key and that says what the certificate says."""

import base64
import json
import pathlib
import tempfile
import urllib.request
from datetime import datetime

import cwt

from certificates import expect, judge, run

ISSUER, EXPIRES, NOT_BEFORE, NUMBER, STATUS = 1, 4, 5, 7, 65535
KIND, FACTS, DEMONSTRATION = -70001, -70002, -70003


def check(certificate):
    renderings = [("-r", "150"), ("-r", "300"), ("-r", "300", "-mono")]
    texts = {read(certificate, *how) for how in (renderings if certificate.twin else renderings[:1])}
    expect(len(texts) == 1, f"the renderings read differently: {texts}")
    text = texts.pop()
    address, separator, token = text.partition(".")[0], ".", text.rpartition(".")[2]
    code = certificate.issued["code"].replace("-", "")
    expect(text == f"{certificate.url.upper()}/V#{code}{separator}{token}", f"the QR says {address}")
    expect(text == text.upper(), "a letter of the QR is not upper case")
    check_token(certificate, base64.b32decode(token + "=" * (-len(token) % 8)))
    answer = verify(certificate.url, text)
    expect((answer["verdict"], answer["basis"]) == ("valid", "qr"), f"the service says {answer}")
    expect(answer["certificate"]["facts"] == certificate.facts, "the QR discloses other facts")


def read(certificate, *how):
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "page"
        picture = [] if "-mono" in how else ["-png"]
        run("pdftoppm", "-f", "1", "-l", "1", "-singlefile", *picture, *how, certificate.path, page)
        (file,) = pathlib.Path(folder).iterdir()
        # Lines of text now and then pass for some sort of bars; only a QR is looked for.
        return run("zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", file).decode().removesuffix("\n")


# What `kinds check` allows, so that a module is never narrower than 0.41 mm.
LONGEST = 428


def check_token(certificate, token):
    expect(len(token) <= LONGEST, f"the token has {len(token)} bytes")
    expect(certificate.facts["fin"].encode() not in token, "the token holds the FİN")
    claims = cwt.decode(token, key_of(certificate.key("qr")))
    expected = {
        ISSUER: certificate.url,
        NOT_BEFORE: seconds(certificate.facts["issued_at"]),
        NUMBER: certificate.facts["number"].encode(),
        KIND: certificate.kind,
        DEMONSTRATION: True,
    }
    for name, value in expected.items():
        expect(claims.get(name) == value, f"claim {name} is {claims.get(name)!r}")
    end = certificate.facts.get("valid_until")
    expect(claims.get(EXPIRES) == (seconds(end) if end else None), f"it expires {claims.get(EXPIRES)}")
    place = claims[STATUS]["status_list"]
    expect(0 <= place["idx"] < 1 << 20, f"its place is {place['idx']}")
    expect(place["uri"].startswith(f"{certificate.url}/api/v1/status-lists/"), f"its list is {place['uri']}")
    parts = ["surname", "given_name", "patronymic"]
    name = " ".join(certificate.facts[part] for part in parts if part in certificate.facts)
    expect(is_shortened(claims[FACTS]["name"], name), f"the token names {claims[FACTS]['name']}")
    for other in ("seal", "receipt", "status"):
        try:
            cwt.decode(token, key_of(certificate.key(other), certificate.key("qr")["kid"]))
        except cwt.VerifyError:
            continue
        expect(False, f"the token verifies under the {other} key")


def is_shortened(told, whole):
    return told == whole or (told.endswith("…") and len(told) > 20 and whole.startswith(told[:-1].rstrip()))


def key_of(jwk, kid=None):
    """A COSE key; COSE carries the identifier raw, JOSE in base64url."""
    parameters = {1: 2, 3: -7, -1: 1, -2: decode(jwk["x"]), -3: decode(jwk["y"]), 2: decode(kid or jwk["kid"])}
    return cwt.COSEKey.new(parameters)


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def seconds(text):
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def verify(url, text):
    body = json.dumps({"qr": text}).encode()
    request = urllib.request.Request(f"{url}/api/v1/verifications", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


judge(check)
