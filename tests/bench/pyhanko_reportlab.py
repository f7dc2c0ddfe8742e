"""Draws and seals a page like a certificate of employment with reportlab and pyHanko, and prints medians as JSON.

Usage: pyhanko_reportlab.py FOLDER_OF_FONTS

One A4 page: head, holder, a job, twelve months of wages, foot with QR, a certificate.json attached, a P-256 PAdES B-B
seal with DocMDP. It is neither tagged nor PDF/A: reportlab does neither.
"""

import datetime
import io
import json
import pathlib
import statistics
import sys
import time

from asn1crypto import keys as asn1_keys, x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import embed
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

RUNS = 30
QR = "HTTPS://ARAYIS.EXAMPLE/V#7KQ3M9XD2T4R8W0C." + "2KCE3IQEIAQUOKDXGEZDGNBVGY3TQOJQ" * 16
FACTS = [
    ("Soyadı, adı, atasının adı", "Əliyeva Günəş Çingiz qızı"),
    ("FİN", "7DEM001"),
    ("Doğum tarixi", "14.03.1987"),
    ("İşəgötürən", "“Nümunə Toxuculuq” MMC"),
    ("VÖEN", "9900000141"),
    ("Vəzifə", "baş mühasib"),
    ("Əmək müqaviləsi", "müddətsiz, 02.09.2019-dan"),
    ("Məqsəd", "kredit üçün banka"),
    ("Təqdim olunur", "tələb olunan yerə"),
]
MONTHS = [(f"{month:02}.2026", "“Nümunə Toxuculuq” MMC", "hesabat verilib", "1 234,56") for month in range(1, 13)]
FOOT = [
    "Bu arayış elektron qaydada yaradılmış və elektron möhürlə təsdiq edilmişdir.",
    "Həqiqiliyini yoxlamaq üçün QR kodu oxudun və ya arayis.example ünvanında kodu yazın.",
    "Kod: 7KQ3-M9XD-2T4R-8W0C    Nömrə: 2026-7KQ3-M9XD",
]


def page():
    out = io.BytesIO()
    paper = canvas.Canvas(out, pagesize=A4)
    paper.setTitle("Arayış")

    def text(x, y, size, bold, words):
        paper.setFont("Bold" if bold else "Regular", size)
        paper.drawString(x, y, words)

    text(60, 780, 9, False, "SINAQ – HÜQUQİ QÜVVƏSİ YOXDUR")
    text(60, 745, 18, True, "ARAYIŞ")
    text(60, 725, 10, False, "İş yeri və əməkhaqqı haqqında")
    y = 690
    for name, words in FACTS:
        text(60, y, 9, True, name)
        text(230, y, 9, False, words)
        y -= 17
    y -= 10
    for row in MONTHS:
        for x, words in zip((60, 130, 330, 470), row):
            text(x, y, 9, False, words)
        paper.line(60, y - 4, 535, y - 4)
        y -= 16
    for words in FOOT:
        y -= 14
        text(60, y, 8, False, words)
    draw_qr(paper, 436, 60, 99)
    paper.showPage()
    paper.save()
    return out.getvalue()


def draw_qr(paper, x, y, side):
    """Runs of dark modules as one rectangle each; reportlab's own widget draws module by module, several times slower."""
    code = QrCodeWidget(QR, barLevel="M").qr
    code.make()
    count = code.getModuleCount()
    module = side / count
    for row in range(count):
        column = 0
        while column < count:
            begin = column
            while column < count and code.isDark(row, column):
                column += 1
            if column > begin:
                width = (column - begin) * module
                paper.rect(x + begin * module, y + (count - 1 - row) * module, width, module, stroke=0, fill=1)
            column += 1


def signer():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "earayis SINAQ")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    pkcs8 = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    certificate = asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
    return signers.SimpleSigner(
        signing_cert=certificate,
        signing_key=asn1_keys.PrivateKeyInfo.load(pkcs8),
        cert_registry=SimpleCertificateStore.from_certs([certificate]),
    )


def median(work):
    for _ in range(3):
        work()
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def main():
    fonts = pathlib.Path(sys.argv[1])
    pdfmetrics.registerFont(TTFont("Regular", fonts / "NotoSans-Regular.ttf"))
    pdfmetrics.registerFont(TTFont("Bold", fonts / "NotoSans-SemiBold.ttf"))
    meta = signers.PdfSignatureMetadata(
        field_name="Seal",
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    sealer = signers.PdfSigner(meta, signer())
    attachment = json.dumps({"facts": FACTS, "wages": MONTHS}, ensure_ascii=False, indent=2).encode()

    def seal(drawn):
        writer = IncrementalPdfFileWriter(io.BytesIO(drawn))
        stream = embed.EmbeddedFileObject.from_file_data(writer, data=attachment, mime_type="application/json")
        embed.embed_file(writer, embed.FileSpec(file_spec_string="certificate.json", embedded_data=stream))
        return sealer.sign_pdf(writer).getvalue()

    drawn = page()
    figures = {
        "page": median(page),
        "qr": median(lambda: draw_qr(canvas.Canvas(io.BytesIO(), pagesize=A4), 436, 60, 99)),
        "seal": median(lambda: seal(drawn)),
        "whole": median(lambda: seal(page())),
        "bytes": len(seal(drawn)),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
