"""What two certificates of a kind share comes first, is byte-identical, and is stored once under its own digest."""

import hashlib
import sqlite3

from certificates import expect, judge


def check(certificate):
    one, other = certificate.bytes(), certificate.twin.read_bytes()
    expect(one != other, "two certificates are one")
    database = sqlite3.connect(f"file:{certificate.manifest['database']}?mode=ro", uri=True)
    stored = database.execute(
        "select b.sha256, b.bytes from certificates c join beginnings b on b.sha256 = c.beginning where c.number = ?",
        (certificate.facts["number"],),
    ).fetchone()
    number_of_beginnings = len(
        database.execute("select distinct beginning from certificates where kind = ?", (certificate.kind,)).fetchall()
    )
    expect(number_of_beginnings == 1, f"the kind has {number_of_beginnings} beginnings")
    sha256, beginning = stored
    expect(hashlib.sha256(beginning).digest() == sha256, "it is stored under another digest")
    expect(one.startswith(beginning) and other.startswith(beginning), "a file does not begin with what is stored")
    expect(b"/FontFile2" in beginning and beginning.startswith(b"%PDF-1.7"), "the fonts are not shared")
    expect(len(beginning) > len(one) // 2, "most of the file is not shared")
    for secret in (certificate.facts["fin"], certificate.facts["number"], certificate.issued["code"]):
        expect(secret.encode() not in beginning, "the shared bytes hold what is one certificate's own")


judge(check, only_kinds=True)
