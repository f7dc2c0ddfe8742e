"""Every fact is read back from the page as it is meant to be printed, letter for letter. What is printed is worked out here
anew from the kind's file and the facts, not taken from the service."""

import json
import pathlib
import sys
import tomllib
import unicodedata
from datetime import datetime, timedelta, timezone

from certificates import expect, judge, run

BAKU = timezone(timedelta(hours=4))
ABSENT = {
    "not_provided": "məlumat verilməyib",
    "not_applicable": "tətbiq olunmur",
    "indefinite": "müddətsiz",
    "ongoing": "davam edir",
}
ALPHABET = "aAbBcCçÇdDeEəƏfFgGğĞhHxXıIiİjJkKqQlLmMnNoOöÖpPrRsSşŞtTuUüÜvVyYzZ"
DEMONSTRATION = "SINAQ – HÜQUQİ QÜVVƏSİ YOXDUR"


def check(certificate):
    kind = tomllib.loads((pathlib.Path(certificate.manifest["kinds"]) / f"{certificate.kind}.toml").read_text())
    text = squeezed(run("pdftotext", "-raw", "-enc", "UTF-8", certificate.path, "-").decode())
    expect("\ufffd" not in text, "a letter has no Unicode value")
    for what, printed in expected(certificate, kind):
        expect(squeezed(printed) in text, f"{what} is not on the page: {printed}")
    pages = int(run("qpdf", "--show-npages", certificate.path))
    name = " ".join(certificate.facts[part] for part in NAME if part in certificate.facts)
    for page in range(1, pages + 1):
        alone = squeezed(run("pdftotext", "-raw", "-f", page, "-l", page, certificate.path, "-").decode())
        for printed in [certificate.facts["number"], name, f"{page} / {pages}", DEMONSTRATION]:
            expect(squeezed(printed) in alone, f"page {page} lacks {printed}")


NAME = ["surname", "given_name", "patronymic"]


def expected(certificate, kind):
    """What must be on the pages: pairs of what it is and how it is printed."""
    facts = certificate.facts
    yield "the title word", kind["title_word"]["az"]
    yield "the subject", kind["subject"]["az"]
    yield "the English caption", kind["subject"]["en"]
    yield "the issuer", kind["issuer"]["name"]["az"]
    yield "the number", facts["number"]
    yield "the code", certificate.issued["code"]
    yield "the day of issue", date(instant(facts["issued_at"]))
    if "valid_until" in facts:
        # The end is exclusive; what people read is the last day.
        yield "the last day", date(instant(facts["valid_until"]) - timedelta(milliseconds=1))
    as_of = instant(facts["as_of"])
    yield "the facts' date", date(as_of)
    yield "the facts' hour", f"{as_of:%H:%M}"
    yield "the name", " ".join(facts[part] for part in NAME if part in facts)
    yield "the FİN", facts["fin"]
    yield "the birth date", day(facts["birth_date"])
    (purpose,) = [choice["az"] for choice in kind["purposes"] if choice["code"] == facts["purpose"]]
    yield "the purpose", purpose
    yield "the recipient", "Tələb olunan yerə təqdim edilmək üçün"
    yield "the registry's reference", facts["registry_ref"]
    host = certificate.url.partition("://")[2]
    yield "the address", f"{host}/v"
    variant = variant_of(kind, facts)
    hidden = variant.get("hides", [])
    if "statement" in variant:
        yield "the variant's sentence", variant["statement"]["az"]
    fields = {field["code"]: field for field in kind["fields"]}
    for section in kind["sections"]:
        for code in section["fields"]:
            if code not in hidden:
                yield from printed(fields[code], facts[code], code)
        for code in section.get("totals", []):
            if code not in hidden:
                # A total stands in the column of its amounts, whose head names the currency.
                yield from printed(fields[code], facts[code], code, in_table=True)


def variant_of(kind, facts):
    """The first variant that the facts meet, or none."""
    return next((variant for variant in kind.get("variants", []) if holds(variant["when"], facts)), {})


def holds(when, facts):
    if "empty" in when:
        return not (isinstance(facts[when["empty"]], list) and facts[when["empty"]])
    return facts[when["field"]] == when["is"]


def printed(field, value, what, in_table=False):
    if isinstance(value, dict) and "absent" in value:
        yield what, ABSENT[value["absent"]]
    elif field["type"] == "table":
        for row in value:
            for column in field["columns"]:
                code = column["code"]
                yield from printed(column, row[code], f"{what}.{code}", in_table=True)
    elif field["type"] == "choice":
        (label,) = [choice["az"] for choice in field["choices"] if choice["code"] == value]
        yield what, label
    elif field["type"] == "money":
        yield what, amount(value["amount"]) + ("" if in_table else " ₼")
    elif field["type"] == "date":
        yield what, day(value)
    elif field["type"] == "month":
        yield what, f"{value[5:7]}.{value[:4]}"
    else:
        yield what, str(value)


def amount(decimal):
    sign = "−" if decimal.startswith("-") else ""
    manat, _, qepik = decimal.lstrip("-").partition(".")
    return f"{sign}{int(manat):,}".replace(",", " ") + f",{qepik}"


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(BAKU)


def date(moment):
    return f"{moment:%d.%m.%Y}"


def day(iso):
    return f"{iso[8:10]}.{iso[5:7]}.{iso[:4]}"


def squeezed(text):
    """Without any space, so that the end of a line is none: what a cell says is drawn in one go."""
    return "".join(unicodedata.normalize("NFC", text).split())


def every_letter_is_tried():
    """The check above is worth nothing for a letter that no page has."""
    manifest = json.loads(pathlib.Path(sys.argv[1]).read_text())
    facts = "".join(json.dumps(one["issued"]["facts"], ensure_ascii=False) for one in manifest["certificates"])
    printed_by_kinds = "".join(path.read_text() for path in pathlib.Path(manifest["kinds"]).glob("*.toml"))
    # No Azerbaijani word begins with ğ or ı; their capitals stand in words that are set in capitals.
    lacking = [letter for letter in ALPHABET if letter not in facts and letter not in "ĞI" + printed_by_kinds]
    if lacking:
        sys.exit(f"no fact has the letters {lacking}")


every_letter_is_tried()
judge(check)
