"""Every seal is intact, trusted under the demonstration's root, covers its whole file and lets nothing change: to pyHanko,
to poppler and to OpenSSL alike."""

import pathlib
import re
import tempfile

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from certificates import expect, judge, run


def check(certificate):
    with_pyhanko(certificate)
    with_poppler(certificate)
    with_openssl(certificate)


def with_pyhanko(certificate):
    root = x509.Certificate.load(certificate.root())
    with certificate.path.open("rb") as file:
        reader = PdfFileReader(file)
        signatures = reader.embedded_signatures
        expect(len(signatures) == 1, f"{len(signatures)} signatures")
        signature = signatures[0]
        status = validate_pdf_signature(signature, ValidationContext(trust_roots=[root], allow_fetching=False))
        expect(status.intact, "pyHanko: not intact")
        expect(status.valid, "pyHanko: not valid")
        expect(status.trusted, "pyHanko: not trusted")
        expect(status.coverage == SignatureCoverageLevel.ENTIRE_FILE, f"pyHanko: covers {status.coverage}")
        expect(signature.docmdp_level == MDPPerm.NO_CHANGES, f"pyHanko: DocMDP {signature.docmdp_level}")
        expect(status.docmdp_ok, "pyHanko: DocMDP breached")
        expect(status.bottom_line, f"pyHanko: {status.pretty_print_details()}")
        expect(signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached", "not PAdES")


def with_poppler(certificate):
    said = run("pdfsig", "-nocert", certificate.path).decode()
    expect("Signature Validation: Signature is Valid." in said, f"pdfsig: {said}")
    expect("Total document signed" in said, f"pdfsig: {said}")
    expect("Signature #2" not in said, f"pdfsig: {said}")


def with_openssl(certificate):
    data = certificate.bytes()
    (numbers,) = re.findall(rb"/ByteRange ?\[ *(\d+) +(\d+) +(\d+) +(\d+) *\]", data)
    start, first, second, rest = map(int, numbers)
    expect(start == 0 and second + rest == len(data), "the byte range does not reach the end of the file")
    expect(data[first : first + 1] == b"<" and data[second - 1 : second] == b">", "the hole is not the signature's string")
    container = bytes.fromhex(data[first + 1 : second - 1].decode())
    container = container[: der_length(container)]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "signed").write_bytes(data[:first] + data[second:])
        (folder / "cms").write_bytes(container)
        (folder / "root.pem").write_bytes(pem.armor("CERTIFICATE", certificate.root()))
        command = ["openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", folder / "cms"]
        command += ["-content", folder / "signed", "-CAfile", folder / "root.pem", "-purpose", "any"]
        run(*command, "-out", folder / "out")
        expect((folder / "out").read_bytes() == (folder / "signed").read_bytes(), "openssl verified other bytes")


def der_length(data):
    """The length of the DER element at the beginning, header included; the string is padded with zeros behind it."""
    if data[1] < 0x80:
        return 2 + data[1]
    octets = data[1] & 0x7F
    return 2 + octets + int.from_bytes(data[2 : 2 + octets], "big")


judge(check)
