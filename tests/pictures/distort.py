"""Makes pictures of certificates as banks get them: rotated, blurred, scaled, copied, photographed; the same ones for the same seed.

Usage: distort.py FOLDER SEED PICTURES_OF_EACH_KIND CERTIFICATE.pdf...
Writes the pictures into FOLDER, and for each a line with its name, its kind and its certificate, parted by tabs.
"""

import math
import random
import subprocess
import sys
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

WHITE = 255


def rendered(certificate, dpi):
    """The first page, grey, as a viewer draws it."""
    page = subprocess.run(
        ["pdftoppm", "-gray", "-r", str(dpi), "-f", "1", "-l", "1", "-singlefile", certificate],
        check=True,
        capture_output=True,
    ).stdout
    width, height = map(int, page.split(b"\n", 3)[1].split())
    return Image.frombytes("L", (width, height), page[-width * height :])


def plain(page, chance):
    return page


def rotated(page, chance):
    angle = chance.choice([45, 90, 135, 180, 270, chance.uniform(0, 360), chance.uniform(-12, 12)])
    return page.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=WHITE)


def blurred(page, chance):
    return page.filter(ImageFilter.GaussianBlur(page.width / 1654 * chance.uniform(0.3, 1.1)))


def scaled(page, chance):
    """Somebody shrank or enlarged it, and not in proportion."""
    across, down = chance.uniform(0.55, 1.7), chance.uniform(0.9, 1.1)
    size = (round(page.width * across), round(page.height * across * down))
    return page.resize(size, chance.choice([Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.BOX]))


def photocopied(page, chance):
    """Black or white and nothing between, with the dirt of the glass."""
    soft = page.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 1.0)))
    skewed = soft.rotate(chance.uniform(-3, 3), Image.Resampling.BICUBIC, fillcolor=WHITE)
    copy = noisy(skewed, chance, chance.uniform(10, 45)).point(lambda grey, at=chance.randint(95, 175): WHITE * (grey > at))
    ink = ImageDraw.Draw(copy)
    for _ in range(chance.randint(50, 400)):
        x, y, radius = chance.uniform(0, copy.width), chance.uniform(0, copy.height), chance.uniform(0, 2)
        ink.ellipse((x - radius, y - radius, x + radius, y + radius), fill=chance.choice([0, 0, WHITE]))
    return copy


def inverted(page, chance):
    turned = page.rotate(chance.choice([0, 90, chance.uniform(-5, 5)]), Image.Resampling.BICUBIC, expand=True, fillcolor=WHITE)
    return ImageOps.invert(turned)


def cropped(page, chance):
    """The part of the page around the QR, as a screenshot of it."""
    left, top, right, bottom = (chance.uniform(*span) for span in [(0, 0.71), (0.3, 0.76), (0.92, 1), (0.91, 1)])
    across, down = page.size
    return page.crop((round(across * left), round(down * top), round(across * right), round(down * bottom)))


def compressed(page, chance):
    return page.convert("RGB")


def badly_lit(page, chance):
    """A shadow across the page, little contrast, and the grain of a small sensor."""
    low, high = chance.uniform(10, 70), chance.uniform(140, 235)
    flat = page.point(lambda grey: round(low + grey * (high - low) / 255))
    return noisy(ImageChops.multiply(flat, light(flat.size, chance)), chance, chance.uniform(4, 30))


def photographed(page, chance):
    """The page on a table, seen from a side, in uneven light, not quite in focus."""
    margin = round(page.width * 0.12)
    table = Image.new("L", (page.width + 2 * margin, page.height + 2 * margin), chance.randint(30, 190))
    table.paste(page, (margin, margin))
    turned = table.rotate(chance.choice([0, 90, 180]) + chance.uniform(-15, 15), Image.Resampling.BICUBIC, fillcolor=70)
    seen = in_perspective(turned, chance, chance.uniform(0.02, 0.12))
    soft = seen.filter(ImageFilter.GaussianBlur(chance.uniform(0.4, 1.5)))
    lit = ImageChops.multiply(soft, light(soft.size, chance))
    return noisy(lit, chance, chance.uniform(4, 25)).convert("RGB")


KINDS = [plain, rotated, blurred, scaled, photocopied, inverted, cropped, compressed, badly_lit, photographed]


def noisy(picture, chance, strength):
    grain = Image.frombytes("L", picture.size, chance.randbytes(picture.width * picture.height))
    grain = grain.point(lambda grey: round(128 + (grey - 128) * strength / 128))
    return ImageChops.add(picture, grain, offset=-128)


def light(size, chance):
    """Bright at one side and dark at the other, whatever the direction."""
    gradient = Image.linear_gradient("L").rotate(chance.uniform(0, 360), Image.Resampling.BICUBIC, fillcolor=128)
    inner = gradient.crop((38, 38, 218, 218)).resize(size, Image.Resampling.BICUBIC)
    darkest = chance.uniform(0.3, 0.8)
    return inner.point(lambda grey: round(255 * (darkest + (1 - darkest) * grey / 255)))


def in_perspective(picture, chance, depth):
    width, height = picture.size
    shift = lambda: chance.uniform(0, depth)
    corners = [
        (width * shift(), height * shift()),
        (width * (1 - shift()), height * shift()),
        (width * (1 - shift()), height * (1 - shift())),
        (width * shift(), height * (1 - shift())),
    ]
    # Pillow asks for the way back: from the picture to be made to the one that is there.
    there = [(0, 0), (width, 0), (width, height), (0, height)]
    return picture.transform(
        picture.size,
        Image.Transform.PERSPECTIVE,
        coefficients(corners, there),
        Image.Resampling.BICUBIC,
        fillcolor=70,
    )


def coefficients(to, source):
    """The eight numbers of the projection that takes each point of `to` to the one of `source`, by elimination."""
    rows = []
    for (x, y), (u, v) in zip(to, source):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):
        pivot = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for row in range(8):
            if row != column:
                factor = rows[row][column]
                rows[row] = [value - factor * other for value, other in zip(rows[row], rows[column])]
    return [row[8] for row in rows]


def main(folder, seed, of_each, certificates):
    for kind in KINDS:
        for nth in range(of_each):
            chance = random.Random(f"{seed} {kind.__name__} {nth}")
            certificate = certificates[nth % len(certificates)]
            picture = kind(rendered(certificate, chance.choice([100, 150, 200, 200, 250, 300])), chance)
            as_jpeg = kind in (compressed, photographed) or (kind is not photocopied and chance.random() < 0.5)
            name = f"{kind.__name__}-{nth}." + ("jpg" if as_jpeg else "png")
            quality = {"quality": chance.randint(12, 45) if kind is compressed else chance.randint(60, 95)}
            picture.save(Path(folder, name), **(quality if as_jpeg else {"compress_level": 1}))
            print(name, kind.__name__, certificate, sep="\t")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:])
