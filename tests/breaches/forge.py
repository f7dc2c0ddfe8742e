"""Makes what forgers and careless clerks make of a certificate, each with an ordinary tool.

Usage: forge.py FOLDER SEAL_CERTIFICATE NUMBER, where FOLDER holds one.pdf and other.pdf; the files made are named by what
was done.
"""

import datetime
import io
import pathlib
import subprocess
import sys
import tempfile

import pikepdf
from asn1crypto import keys, pem, x509
from cryptography import x509 as x
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from PIL import Image
from pyhanko_certvalidator.registry import SimpleCertificateStore
from reportlab.pdfgen import canvas

FOLDER, SEAL, NUMBER = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
ONE, OTHER = FOLDER / "one.pdf", FOLDER / "other.pdf"


def main():
    data = ONE.read_bytes()
    save("annotated in an update", annotated(data))
    save("signed again by a stranger", signed(data, "Second"))
    save("its page replaced in an update", replaced(data))
    save("a form filled in an update", filled(data))
    with pikepdf.open(ONE) as pdf:
        pdf.save(made("saved again by pikepdf"))
    run("qpdf", ONE, made("saved again by qpdf"))
    run("qpdf", "--linearize", "--object-streams=generate", ONE, made("linearised by qpdf"))
    run("qpdf", "--encrypt", "", "owner", "256", "--", ONE, made("encrypted by qpdf"))
    run("qpdf", "--empty", "--pages", ONE, OTHER, "--", made("merged by qpdf"))
    run("gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", "-o", made("printed by ghostscript"), ONE)
    run("pdftocairo", "-pdf", ONE, made("printed by pdftocairo"))
    browser(made("printed by a browser from a page"))
    run("pdftoppm", "-r", "150", "-f", "1", "-l", "1", "-singlefile", "-png", ONE, FOLDER / "scan")
    Image.open(FOLDER / "scan.png").convert("L").save(made("scanned into a picture"), resolution=150)
    attached(made("attached to a forgery"))
    save("a stranger's with our number", signed(page(f"Arayış {NUMBER}"), "Seal"))
    save("a stranger's with our signer's name", signed(page("Arayış"), "Seal"))
    save("a stranger's without a seal", page("Arayış"))


def made(name):
    return FOLDER / f"{name}.pdf"


def save(name, data):
    made(name).write_bytes(data)


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, check=False)
    # qpdf ends with 3 when it did its work and has something to remark.
    if done.returncode not in (0, 3):
        sys.exit(f"{command}: {done.returncode} {done.stderr.decode(errors='replace')}")


def page(text):
    """A stranger's page with one line of text."""
    out = io.BytesIO()
    drawing = canvas.Canvas(out)
    drawing.drawString(72, 720, text.replace("ş", "s").replace("ı", "i"))
    drawing.save()
    return out.getvalue()


def written(writer):
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def annotated(data):
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    annotation = {"/Type": "/Annot", "/Subtype": "/FreeText", "/F": 4, "/Contents": "9 999,99", "/DA": "/F0 12 Tf 0 g"}
    entries = {key: generic.pdf_string(v) if key in ("/Contents", "/DA") else name(v) for key, v in annotation.items()}
    entries["/Rect"] = generic.ArrayObject(map(generic.NumberObject, (100, 400, 300, 430)))
    reference = writer.add_object(generic.DictionaryObject({name(key): entry for key, entry in entries.items()}))
    first = writer.find_page_for_modification(0)[0].get_object()
    first["/Annots"].append(reference)
    writer.update_container(first["/Annots"])
    return written(writer)


def name(value):
    return generic.NumberObject(value) if isinstance(value, int) else generic.NameObject(value)


def replaced(data):
    """The shadow attack: the same objects with other contents in a later revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    first = writer.find_page_for_modification(0)[0].get_object()
    content = generic.StreamObject(stream_data=b"BT /F0 12 Tf 100 400 Td <0001> Tj ET")
    first["/Contents"] = writer.add_object(content)
    writer.update_container(first)
    return written(writer)


def filled(data):
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    field = {"/FT": name("/Tx"), "/T": generic.pdf_string("average"), "/V": generic.pdf_string("9 999,99")}
    reference = writer.add_object(generic.DictionaryObject({name(key): entry for key, entry in field.items()}))
    form = writer.root["/AcroForm"]
    form["/Fields"].append(reference)
    writer.update_container(form["/Fields"])
    return written(writer)


def signed(data, field):
    """A second or first signature by a stranger whose certificate bears the name of our signer's."""
    signers.PdfSigner._enforce_certification_constraints = lambda *_: None  # pyHanko would refuse; a forger would not
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    metadata = signers.PdfSignatureMetadata(field_name=field, subfilter=fields.SigSeedSubFilter.PADES)
    return signers.PdfSigner(metadata, stranger()).sign_pdf(writer).getvalue()


def stranger():
    ours = x.load_pem_x509_certificate(SEAL.read_bytes())
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = x.CertificateBuilder().subject_name(ours.subject).issuer_name(ours.issuer).public_key(key.public_key())
    builder = builder.serial_number(ours.serial_number).not_valid_before(now).not_valid_after(ours.not_valid_after_utc)
    usage = [index < 2 for index in range(9)]
    builder = builder.add_extension(x.KeyUsage(*usage), critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    der = serialization.Encoding.DER
    private = key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(certificate.public_bytes(der)),
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),
    )


def browser(out):
    html = f"<!doctype html><meta charset=utf-8><title>Arayış</title><h1>ARAYIŞ</h1><p>Nömrə {NUMBER}</p><p>9 999,99 ₼</p>"
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "page.html"
        source.write_text(html)
        command = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        run(*command, f"--user-data-dir={folder}/profile", f"--print-to-pdf={out}", source.as_uri())


def attached(out):
    with pikepdf.open(io.BytesIO(page("Arayış"))) as pdf:
        pdf.attachments["arayis.pdf"] = pikepdf.AttachedFileSpec(pdf, ONE.read_bytes(), mime_type="application/pdf")
        pdf.save(out)


assert pem.detect(SEAL.read_bytes())
main()
