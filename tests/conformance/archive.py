"""Every file claims PDF/A-3a and PDF/UA-1 and keeps what of both can be checked without the validator made for them, by a
reader that knows nothing of the writer: what is listed below, one rule to a line."""

import re
import xml.etree.ElementTree as ET

import pikepdf

from certificates import expect, judge

NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "schema": "http://www.aiim.org/pdfa/ns/schema#",
}
# What may run, play, reach out or hide: nothing of it may stand anywhere in a certificate.
FORBIDDEN_NAMES = {
    "/JavaScript", "/JS", "/Launch", "/SubmitForm", "/ImportData", "/URI", "/GoToR", "/GoToE", "/RichMedia", "/Movie",
    "/Sound", "/Rendition", "/OCG", "/OCMD", "/OCProperties", "/AA", "/OpenAction", "/XFA", "/Encrypt", "/LZWDecode",
    "/FileAttachment", "/3D", "/Screen", "/PS", "/Alternates", "/OPI", "/TR", "/HTP", "/Collection", "/Requirements",
}


def check(certificate):
    data = certificate.bytes()
    expect(re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", data), "the header is not that of PDF/A")
    expect(data.rstrip().endswith(b"%%EOF") and len(data) - data.rindex(b"%%EOF") <= 7, "something follows %%EOF")
    expect(data.count(b"startxref") == 1, "there is more than one revision")
    with pikepdf.open(certificate.path) as pdf:
        expect(len(pdf.trailer.ID) == 2, "the trailer has no /ID")
        expect("/Encrypt" not in pdf.trailer, "the file is encrypted")
        # First of all, for the reader itself adds objects when it is asked for what pages inherit.
        objects(pdf)
        catalog(pdf.Root)
        metadata(certificate, pdf)
        output_intent(pdf.Root)
        fonts(pdf)
        annotations(pdf)
        pages(pdf)


def catalog(root):
    expect(str(root.Lang).lower().startswith("az"), "the language is not Azerbaijani")
    expect(root.MarkInfo.Marked is True, "it is not marked as tagged")
    expect(root.MarkInfo.get("/Suspects", False) is False, "its tags are suspect")
    expect(root.ViewerPreferences.DisplayDocTitle is True, "viewers do not show its title")
    expect("/StructTreeRoot" in root, "it has no structure tree")
    expect("/Perms" in root and "/DocMDP" in root.Perms, "it permits changes")
    expect(int(root.AcroForm.SigFlags) == 3, "it may be written otherwise than by appending")
    expect("/NeedAppearances" not in root.AcroForm, "a viewer may draw what nobody signed")
    expect(set(root.get("/Names", {}).keys()) <= {"/EmbeddedFiles"}, "it has names beside its attachment")


def metadata(certificate, pdf):
    stream = pdf.Root.Metadata
    expect("/Filter" not in stream, "the XMP is compressed")
    expect(stream.Type == "/Metadata" and stream.Subtype == "/XML", "the XMP's stream is not marked as such")
    xmp = ET.fromstring(stream.read_raw_bytes())
    expect(value(xmp, "pdfaid:part") == "3" and value(xmp, "pdfaid:conformance") == "A", "it does not claim PDF/A-3a")
    expect(value(xmp, "pdfuaid:part") == "1", "it does not claim PDF/UA-1")
    described = [element.text for element in xmp.iter(f"{{{NAMESPACES['schema']}}}namespaceURI")]
    expect(NAMESPACES["pdfuaid"] in described, "the extension schema of PDF/UA is missing")
    title = "".join(xmp.find(".//dc:title", NAMESPACES).itertext()).strip()
    expect(title, "it has no title")
    info = pdf.docinfo
    for name, told in [
        ("/Title", title),
        ("/Author", "".join(xmp.find(".//dc:creator", NAMESPACES).itertext()).strip()),
        ("/Creator", value(xmp, "xmp:CreatorTool")),
        ("/Producer", value(xmp, "pdf:Producer")),
    ]:
        expect(str(info.get(name, "")) == told, f"{name} and the XMP differ")
    for name, tag in [("/CreationDate", "xmp:CreateDate"), ("/ModDate", "xmp:ModifyDate")]:
        digits = re.sub(r"\D", "", value(xmp, tag))
        expect(re.sub(r"\D", "", str(info[name])).startswith(digits[:14]), f"{name} and the XMP differ")
    for text in (title, *map(str, info.values())):
        expect(certificate.facts["fin"] not in text, "the metadata hold the FİN")


def value(xmp, name):
    element = xmp.find(f".//{name}", NAMESPACES)
    if element is not None:
        return element.text
    prefix, local = name.split(":")
    qualified = f"{{{NAMESPACES[prefix]}}}{local}"
    found = [one.get(qualified) for one in xmp.iter() if one.get(qualified)]
    return found[0] if found else None


def output_intent(root):
    (intent,) = root.OutputIntents
    expect(intent.S == "/GTS_PDFA1", "its output intent is not that of PDF/A")
    profile = intent.DestOutputProfile
    expect(int(profile.N) == 3, "the profile has not three components")
    data = profile.read_bytes()
    expect(data[36:40] == b"acsp" and data[16:20] == b"RGB " and data[12:16] in (b"mntr", b"scnr", b"prtr", b"spac"),
           "the profile is no ICC profile of RGB")
    expect(data[8] in (2, 4) and int.from_bytes(data[:4], "big") == len(data), "the profile's header is wrong")


def fonts(pdf):
    found = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"]
    expect(found, "there is no font")
    for font in found:
        expect(font.Subtype != "/Type3", "a font is drawn by procedures")
        if font.Subtype == "/Type0":
            expect(font.Encoding == "/Identity-H", "a font has another encoding")
            expect(b"beginbf" in font.ToUnicode.read_bytes(), "a font has no Unicode values")
            (descendant,) = font.DescendantFonts
            expect(descendant.get("/CIDToGIDMap") is not None, "a font has no /CIDToGIDMap")
            expect("/W" in descendant, "a font has no widths")
        else:
            descendant = font
        descriptor = descendant.FontDescriptor
        embedded = [key for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in descriptor]
        expect(len(embedded) == 1, f"{descriptor.FontName} is not embedded")
        expect(descriptor[embedded[0]].read_bytes(), f"{descriptor.FontName} is empty")
        expect(descriptor.FontName == descendant.BaseFont, "a font's names differ")


def annotations(pdf):
    found = [annotation for page in pdf.pages for annotation in page.get("/Annots", [])]
    expect(len(found) == 1, f"{len(found)} annotations")
    (widget,) = found
    expect(widget.Subtype == "/Widget" and widget.FT == "/Sig", "the annotation is no signature's widget")
    # 4 prints it; 1, 2 and 32 would hide it.
    expect(int(widget.F) & 4 and not int(widget.F) & 0b100011, f"the widget's flags are {widget.F}")
    expect(str(widget.get("/TU", "")), "the widget has no description")
    expect("/StructParent" in widget, "the widget is not in the structure")
    (field,) = pdf.Root.AcroForm.Fields
    expect(field.objgen == widget.objgen, "there is a form field beside the signature")
    signature = widget.V
    (reference,) = signature.Reference
    expect(reference.TransformMethod == "/DocMDP" and int(reference.TransformParams.P) == 1, "DocMDP is not P = 1")


def pages(pdf):
    for page in pdf.pages:
        box = [float(edge) for edge in page.mediabox]
        expect(abs(box[2] - box[0] - 595.28) < 0.1 and abs(box[3] - box[1] - 841.89) < 0.1, f"the page is {box}")
        expect(page.obj.get("/Tabs") == "/S", "tabs do not follow the structure")
        expect("/StructParents" in page.obj, "a page is not in the structure")
        expect("/Group" not in page.obj, "a page is transparent")
        for operands, operator in pikepdf.parse_content_stream(page):
            expect(str(operator) not in ("Do", "sh", "BI", "INLINE IMAGE", "d0", "d1"), f"a page draws by {operator}")
            if str(operator) == "Tr":
                expect(int(operands[0]) != 3, "a page draws invisible text")


def objects(pdf):
    reached = set()
    walk(pdf.trailer, reached)
    # A cross-reference stream is the trailer itself.
    numbers = {o.objgen for o in pdf.objects if isinstance(o, pikepdf.Object) and o.is_indirect and not is_table(o)}
    expect(numbers <= reached, f"objects that nothing reaches: {sorted(numbers - reached)}")


def is_table(one):
    return isinstance(one, pikepdf.Stream) and one.get("/Type") == "/XRef"


def walk(start, reached):
    """Every object, so that a forbidden name is found wherever it stands."""
    waiting = [start]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Object) and one.is_indirect:
            if one.objgen in reached:
                continue
            reached.add(one.objgen)
        if isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
            for key, entry in one.items():
                expect(key not in FORBIDDEN_NAMES, f"there is a {key}")
                waiting.append(entry)
        elif isinstance(one, pikepdf.Array):
            waiting.extend(one)
        elif isinstance(one, pikepdf.Name):
            # As the type of an element TR is a row; as a key it is a transfer function.
            expect(str(one) not in FORBIDDEN_NAMES - {"/TR"}, f"there is a {one}")


judge(check)
