#!/usr/bin/env python3
"""Checks a published log from the outside: every tile, every entry, the checkpoint's signature, and proofs handed over.

Usage: check_log.py LOG_URL_OR_DIR VKEY [--proof FILE]... [--checkpoint FILE]...

It shares no code with the service, needs nothing but Python's standard library, and follows C2SP tlog-tiles,
tlog-checkpoint, signed-note and tlog-proof, and RFC 6962 and RFC 8032. It prints a line for each thing verified and
exits 0, or names the first thing that is wrong and exits 1.
"""

import argparse
import base64
import binascii
import hashlib
import pathlib
import re
import sys
import unicodedata
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timedelta, timezone

LEAF_PREFIX = b"earayis/leaf/v1\n"
ACTS = {1: "issued", 2: "revoked", 3: "suspended", 4: "reinstated", 5: "superseded", 6: "restamped"}


class Wrong(Exception):
    """Something that does not hold; its text is for the person who runs the check."""


def main():
    parser = argparse.ArgumentParser(description="Checks a published log from the outside.")
    parser.add_argument("log", metavar="LOG_URL_OR_DIR", help="where checkpoint and tile/ stand")
    parser.add_argument("vkey", metavar="VKEY", help="the log's verifier key: name+id+key")
    parser.add_argument("--proof", metavar="FILE", action="append", default=[], help="a .tlog-proof to check as well")
    parser.add_argument("--checkpoint", metavar="FILE", action="append", default=[], help="an older checkpoint to check as well")
    arguments = parser.parse_args()
    try:
        key = parse_vkey(arguments.vkey)
        log = Log(arguments.log)
        size, root = open_checkpoint(log.read("checkpoint"), key, "checkpoint")
        print(f"checkpoint: signed by {key[0]}, {size} entries")
        leaves = check_tiles(log, size, root)
        for path in arguments.proof:
            check_proof(path, key, leaves)
        for path in arguments.checkpoint:
            check_older(path, key, leaves)
    except Wrong as wrong:
        print(f"WRONG: {wrong}", file=sys.stderr)
        return 1
    return 0


# --- the tree -------------------------------------------------------------------------------------------------------


def check_tiles(log, size, root):
    """Recomputes every tile from the entry bundles, and the root from the leaves; returns the leaf hashes."""
    leaves = []
    for path, width in tiles("entries", size):
        entries = parse_bundle(path, log.tile(path, width, bundle_length), width)
        leaves += [hash_leaf(entry) for entry in entries]
        print(f"{path}: {width} entries")
    hashes, level = leaves, 0
    while hashes:
        for place, (path, width) in enumerate(tiles(level, len(hashes))):
            expected = b"".join(hashes[256 * place : 256 * place + width])
            if log.tile(path, width, lambda _, count: 32 * count) != expected:
                raise Wrong(f"{path}: does not hold the hashes of the entries and tiles below it")
            print(f"{path}: {width} hashes")
        full = len(hashes) // 256
        hashes = [hash_tree(hashes[256 * place : 256 * place + 256]) for place in range(full)]
        level += 1
    if hash_tree(leaves) != root:
        raise Wrong("checkpoint: its root is not the root of the published entries")
    print(f"root: {base64.b64encode(root).decode()} is the root of all {size} entries")
    return leaves


def tiles(level, count):
    """Path and width of each tile of a level that has that many hashes or entries."""
    for index in range((count + 255) // 256):
        groups = [f"{index % 1000:03}"]
        while index >= 1000:
            index //= 1000
            groups.insert(0, f"x{index % 1000:03}")
        width = min(256, count)
        count -= width
        yield f"tile/{level}/{'/'.join(groups)}" + ("" if width == 256 else f".p/{width}"), width


def bundle_length(data, width):
    """How many bytes the first entries of a bundle take."""
    at = 0
    for _ in range(width):
        at += 2 + int.from_bytes(data[at : at + 2], "big")
    return at


def parse_bundle(path, data, width):
    entries, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    if at != len(data) or len(entries) != width:
        raise Wrong(f"{path}: is not a bundle of {width} entries")
    if any(len(entry) != 32 for entry in entries):
        raise Wrong(f"{path}: holds an entry that is not 32 bytes long")
    return entries


def hash_leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def hash_node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def hash_tree(leaves):
    """The Merkle tree hash of RFC 6962, section 2.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return hash_node(hash_tree(leaves[:middle]), hash_tree(leaves[middle:]))


def root_of_proof(leaf, index, size, siblings):
    """The root to which an inclusion proof leads (RFC 9162, section 2.1.3.2), or None."""
    if index >= size:
        return None
    place, last, result = index, size - 1, leaf
    for sibling in siblings:
        if last == 0:
            return None
        if place & 1 or place == last:
            result = hash_node(sibling, result)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            result = hash_node(result, sibling)
        place, last = place >> 1, last >> 1
    return result if last == 0 else None


# --- where the log stands -------------------------------------------------------------------------------------------


class Log:
    """A log in a folder or behind an address."""

    def __init__(self, where):
        self.where = where.rstrip("/")
        self.remote = re.match(r"https?://", where, re.IGNORECASE) is not None

    def find(self, path):
        """The bytes at a path, or None where there are none."""
        try:
            if not self.remote:
                return (pathlib.Path(self.where) / path).read_bytes()
            with urllib.request.urlopen(f"{self.where}/{path}", timeout=30) as answer:
                return answer.read()
        except FileNotFoundError:
            return None
        except urllib.error.HTTPError as error:
            if error.code in (404, 410):
                return None
            raise Wrong(f"{path}: cannot be read: {error}") from error
        except (OSError, ValueError) as error:
            raise Wrong(f"{path}: cannot be read: {error}") from error

    def read(self, path):
        found = self.find(path)
        if found is None:
            raise Wrong(f"{path}: is missing")
        return found

    def tile(self, path, width, length):
        """A tile; a partial one that is gone may be the beginning of the full one that took its place."""
        found = self.find(path)
        if found is None and width < 256:
            full = self.find(path.partition(".p/")[0])
            found = None if full is None else full[: length(full, width)]
        if found is None:
            raise Wrong(f"{path}: is missing")
        return found


# --- signed notes, checkpoints and proofs ---------------------------------------------------------------------------


def parse_vkey(text):
    parts = text.split("+", 2)
    if len(parts) != 3 or not is_name(parts[0]):
        raise Wrong("verifier key: is not of the form name+id+key")
    name, key_id, key = parts[0], parts[1], decode(parts[2], "verifier key")
    if len(key) != 33 or key[0] != 1:
        raise Wrong("verifier key: is not an Ed25519 key")
    if hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8] != key_id:
        raise Wrong("verifier key: its id is not that of its name and key")
    return name, bytes.fromhex(key_id), key[1:]


def open_note(data, key, what):
    """The text of a note that the key signed; other keys' signatures are passed over."""
    name, key_id, public = key
    try:
        note = data.decode()
    except UnicodeDecodeError as error:
        raise Wrong(f"{what}: is not UTF-8") from error
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f]", note):
        raise Wrong(f"{what}: is not a signed note")
    text, signed = text + "\n", False
    for line in signatures[:-1].split("\n"):
        match = re.fullmatch(r"— (\S+) (\S+)", line)
        if not match or not is_name(match[1]):
            raise Wrong(f"{what}: has a signature line that is none")
        signature = decode(match[2], what)
        if match[1] == name and signature[:4] == key_id:
            if not ed25519_verifies(public, text.encode(), signature[4:]):
                raise Wrong(f"{what}: its signature by {name} is false")
            signed = True
    if not signed:
        raise Wrong(f"{what}: is not signed by {name}")
    return text


def open_checkpoint(data, key, what):
    lines = open_note(data, key, what)[:-1].split("\n")
    if len(lines) < 3 or "" in lines or not re.fullmatch(r"0|[1-9][0-9]*", lines[1], re.ASCII):
        raise Wrong(f"{what}: is not a checkpoint")
    if lines[0] != key[0]:
        raise Wrong(f"{what}: is of the log {lines[0]}, not of {key[0]}")
    root = decode(lines[2], what)
    if len(root) != 32:
        raise Wrong(f"{what}: its root is not a hash")
    return int(lines[1]), root


def check_older(path, key, leaves):
    """A checkpoint that was seen before: the log begins with all of what it signed."""
    try:
        size, root = open_checkpoint(pathlib.Path(path).read_bytes(), key, path)
    except OSError as error:
        raise Wrong(f"{path}: cannot be read: {error}") from error
    if size > len(leaves):
        raise Wrong(f"{path}: has {size} entries, and the log only {len(leaves)}")
    if hash_tree(leaves[:size]) != root:
        raise Wrong(f"{path}: is of another history than the log")
    print(f"{path}: {size} entries, and the log continues it")


def check_proof(path, key, leaves):
    """A tlog-proof: its record hashes to the entry that this very log has at that place."""
    try:
        data = pathlib.Path(path).read_bytes()
    except OSError as error:
        raise Wrong(f"{path}: cannot be read: {error}") from error
    head, separator, note = data.partition(b"\n\n")
    lines = head.decode(errors="replace").split("\n")
    if not separator or len(lines) < 3 or lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1].startswith("extra "):
        raise Wrong(f"{path}: is not a tlog-proof with salt and record")
    extra = decode(lines[1][6:], path)
    index = re.fullmatch(r"index (0|[1-9][0-9]*)", lines[2], re.ASCII)
    if not index or len(extra) < 33:
        raise Wrong(f"{path}: is not a tlog-proof with salt and record")
    index, siblings = int(index[1]), [decode(line, path) for line in lines[3:]]
    if any(len(sibling) != 32 for sibling in siblings):
        raise Wrong(f"{path}: one of its hashes is not a hash")
    size, root = open_checkpoint(note, key, f"{path}: checkpoint")
    entry = hashlib.sha256(LEAF_PREFIX + extra).digest()
    if root_of_proof(hash_leaf(entry), index, size, siblings) != root:
        raise Wrong(f"{path}: its hashes do not lead from its record to its checkpoint's root")
    if size > len(leaves):
        raise Wrong(f"{path}: its checkpoint has {size} entries, and the log only {len(leaves)}")
    if hash_tree(leaves[:size]) != root:
        raise Wrong(f"{path}: its checkpoint is of another history than the log")
    if leaves[index] != hash_leaf(entry):
        raise Wrong(f"{path}: the log's entry {index} is not of its record")
    print(f"{path}: entry {index}: {tell(extra[32:], path)}")


def tell(record, what):
    """A record in words: [1, act, id, kind, kind version, issuer, digest or null, time in ms], deterministic CBOR."""
    fields, at = parse_cbor_array(record)
    shapes = [int, int, bytes, str, int, str, (bytes, type(None)), int]
    if at != len(record) or len(fields) != 8 or not all(map(isinstance, fields, shapes)):
        raise Wrong(f"{what}: its record is not one")
    version, act, certificate, kind, kind_version, issuer, digest, millis = fields
    if version != 1 or act not in ACTS or len(certificate) != 16 or (digest is not None and len(digest) != 32):
        raise Wrong(f"{what}: its record is not one")
    when = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=millis)
    file = f", file {digest.hex()}" if digest else ""
    certificate = uuid.UUID(bytes=certificate)
    return f"{ACTS[act]} {certificate}, {kind} version {kind_version} by {issuer}, {when.isoformat()}{file}"


def parse_cbor_array(data):
    """The items of an array of integers, strings and nulls, and where it ends; only shortest forms are taken."""
    items, at, left = [], 0, None
    while left != 0 and at < len(data):
        major, short = data[at] >> 5, data[at] & 31
        if data[at] == 0xF6:
            items, at, left = items + [None], at + 1, (left or 1) - 1
            continue
        extra = 0 if short < 24 else 1 << (short - 24)
        value = short if short < 24 else int.from_bytes(data[at + 1 : at + 1 + extra], "big")
        if short > 27 or (short >= 24 and value < (24 if short == 24 else 1 << 8 * (extra // 2))):
            return [], -1
        at += 1 + extra
        if left is None:
            if major != 4:
                return [], -1
            left = value
            continue
        if major in (2, 3):
            chunk, at = data[at : at + value], at + value
            items.append(chunk if major == 2 else chunk.decode(errors="replace"))
        elif major in (0, 1):
            items.append(value if major == 0 else -1 - value)
        else:
            return [], -1
        left -= 1
    return items, at


def is_name(name):
    return bool(name) and "+" not in name and not any(c.isspace() or unicodedata.category(c) == "Cc" for c in name)


def decode(text, what):
    """Base64 in its one right spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Wrong(f"{what}: has base64 that is none") from error
    if base64.b64encode(data).decode() != text:
        raise Wrong(f"{what}: has base64 that is none")
    return data


# --- Ed25519 (RFC 8032, section 5.1), for checking only: nothing secret is ever computed here --------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def ed25519_verifies(public, message, signature):
    if len(signature) != 64:
        return False
    key, commitment = decompress(public), decompress(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = multiply(BASE, scalar), add(commitment, multiply(key, challenge))
    # Equal points have equal X/Z and Y/Z.
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def decompress(data):
    """A point in extended coordinates (X, Y, Z, T) from its 32 bytes, or None."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def add(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(point, scalar):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


BASE = decompress((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


if __name__ == "__main__":
    sys.exit(main())
