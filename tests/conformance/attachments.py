"""Every certificate carries its facts for machines: exactly those of the API, in a form that fits the published schema."""

import json
import urllib.request

import jsonschema
import pikepdf

from certificates import expect, judge


def check(certificate):
    with pikepdf.open(certificate.path) as pdf:
        expect(list(pdf.attachments) == ["certificate.json"], f"attached are {list(pdf.attachments)}")
        filespec = pdf.attachments["certificate.json"]
        attached = json.loads(filespec.get_file().read_bytes())
        expect(filespec.obj.AFRelationship == "/Data", "its relation to the page is not /Data")
        (associated,) = pdf.Root.AF
        expect(associated.objgen == filespec.obj.objgen, "/AF names another file")
        expect(filespec.obj.EF.UF.Subtype == "/application/json", "its type is not JSON")
        expect("/ModDate" in filespec.obj.EF.UF.Params, "it has no date")
        expect("/Desc" in filespec.obj, "it has no description")
    expect(attached == certificate.facts, "it is not what was answered at issuance")
    if certificate.verification:
        told = certificate.verification["certificate"]
        expect(attached == told["facts"], "it is not what a verification tells")
        expect(told["id"] == certificate.issued["id"], "the verification names another id")
    fits(certificate, attached)


def fits(certificate, facts):
    url = f"{certificate.url}/api/v1/kinds/{certificate.kind}/{facts['kind_version']}/schema.json"
    with urllib.request.urlopen(url, timeout=60) as answer:
        expect(answer.headers["Content-Type"] == "application/schema+json", "the schema has another type")
        schema = json.load(answer)
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    validator.check_schema(schema)
    expect(schema["$schema"].endswith("/2020-12/schema"), "the schema is of another draft")
    faults = [error.message for error in validator.iter_errors(facts)]
    expect(not faults, f"the facts do not fit the schema: {faults}")
    # A schema that takes anything would fit as well.
    for breach in [{**facts, "surname": 7}, {**facts, "invented": 1}, {k: v for k, v in facts.items() if k != "fin"}]:
        expect(not validator.is_valid(breach), "the schema takes what is no certificate")


judge(check)
