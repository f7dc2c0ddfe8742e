"""Makes PDF files of pictures as scanners and offices make them, from the first page of a certificate.

Usage: scans.py FOLDER CERTIFICATE.pdf NUMBER
"""

import io
import subprocess
import sys
import zlib
from pathlib import Path

import pikepdf
from PIL import Image, ImageFilter, ImageOps
from pikepdf import Array, Dictionary, Name


def rendered(certificate, dpi=200):
    command = ["pdftoppm", "-r", str(dpi), "-f", "1", "-l", "1", "-singlefile", certificate]
    return Image.open(io.BytesIO(subprocess.run(command, check=True, capture_output=True).stdout)).convert("RGB")


def saved(path, pages, **how):
    pages[0].save(path, "PDF", save_all=True, append_images=pages[1:], resolution=200, **how)


def with_image(path, samples, entries, content=b"q 595 0 0 842 0 0 cm /I Do Q", form=False):
    """One page that draws one image of deflated samples, perhaps through a form."""
    pdf = pikepdf.new()
    image = pdf.make_stream(samples)
    image.stream_dict = Dictionary(Type=Name.XObject, Subtype=Name.Image, **entries)
    image.write(zlib.compress(samples), filter=Name.FlateDecode, decode_parms=entries.get("DecodeParms"))
    drawn = Dictionary(I=image)
    if form:
        within = pdf.make_stream(content)
        within.stream_dict = Dictionary(
            Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 595, 842], Resources=Dictionary(XObject=drawn)
        )
        drawn, content = Dictionary(F=within), b"/F Do"
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    resources = Dictionary(XObject=drawn, Font=Dictionary(T=font))
    pdf.add_blank_page(page_size=(595, 842))
    pdf.pages[0].Resources = resources
    pdf.pages[0].Contents = pdf.make_stream(content)
    pdf.save(path, static_id=True)


def predicted(bits, row):
    """Each row after the second kind of PNG's filters, which subtracts the row above."""
    rows = [bits[at : at + row] for at in range(0, len(bits), row)]
    above = [bytes(row), *rows]
    return b"".join(b"\2" + bytes((a - b) & 255 for a, b in zip(one, other)) for one, other in zip(rows, above))


def main(folder, certificate, number):
    folder = Path(folder)
    colour = rendered(certificate)
    grey = colour.convert("L")
    black = grey.filter(ImageFilter.GaussianBlur(0.4)).point(lambda value: 255 * (value > 140)).convert("1")
    blank = Image.new("RGB", colour.size, "white")
    saved(folder / "photograph.pdf", [colour], quality=60)
    saved(folder / "fax.pdf", [black])
    saved(folder / "third-page.pdf", [blank, blank.rotate(90), colour], quality=75)

    width, height = grey.size
    size = dict(Width=width, Height=height)
    plain = dict(**size, ColorSpace=Name.DeviceGray, BitsPerComponent=8)
    one_bit = dict(**size, ColorSpace=Name.DeviceGray, BitsPerComponent=1)
    page = b"q 595 0 0 842 0 0 cm /I Do Q"
    with_image(folder / "grey.pdf", grey.tobytes(), plain)
    with_image(folder / "colour.pdf", colour.tobytes(), dict(plain, ColorSpace=Name.DeviceRGB))
    with_image(folder / "black.pdf", black.tobytes(), one_bit)
    parameters = Dictionary(Predictor=15, Columns=width, Colors=1, BitsPerComponent=1)
    with_image(folder / "predicted.pdf", predicted(black.tobytes(), (width + 7) // 8), dict(one_bit, DecodeParms=parameters))
    table = Array([Name.Indexed, Name.DeviceRGB, 1, pikepdf.String(b"\xff\xff\xff\0\0\0")])
    inverted = ImageOps.invert(black.convert("L")).convert("1").tobytes()
    with_image(folder / "indexed.pdf", inverted, dict(one_bit, ColorSpace=table))
    with_image(folder / "stencil.pdf", black.tobytes(), dict(**size, ImageMask=True, BitsPerComponent=1))
    with_image(folder / "in-a-form.pdf", grey.tobytes(), plain, form=True)
    recognised = b" BT 3 Tr /T 9 Tf (Arayis hesabat verilib) Tj ET"
    with_image(folder / "recognised.pdf", grey.tobytes(), plain, page + recognised)
    with_image(folder / "watermarked.pdf", grey.tobytes(), plain, page + b" BT /T 9 Tf (Scanned by a telephone) Tj ET")
    with_image(folder / "recognised-number.pdf", grey.tobytes(), plain, page + b" BT 3 Tr /T 9 Tf (%s) Tj ET" % number.encode())
    with_image(folder / "typed-number.pdf", grey.tobytes(), plain, page + b" BT /T 9 Tf (%s) Tj ET" % number.encode())
    saved(folder / "blank.pdf", [blank])


if __name__ == "__main__":
    main(*sys.argv[1:])
