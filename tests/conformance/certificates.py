"""What the scripts beside this one judge: the certificates of a manifest, each judged by itself, every fault reported."""

import base64
import json
import pathlib
import subprocess
import sys


class Certificate:
    """One issued certificate: its kind, its file, and what the service answered when it issued it."""

    def __init__(self, manifest, described):
        self.manifest = manifest
        self.kind = described["kind"]
        self.path = pathlib.Path(described["file"])
        self.twin = pathlib.Path(described["twin"]) if "twin" in described else None
        self.issued = described["issued"]
        self.facts = self.issued["facts"]
        self.verification = described.get("verification")
        self.url = manifest["url"]
        self.name = f"{self.kind} of {self.facts['fin']}"

    def bytes(self):
        return self.path.read_bytes()

    def key(self, purpose):
        """The JWK for a purpose; there is one of each in a fresh demonstration."""
        (key,) = [key for key in self.manifest["jwks"]["keys"] if key["purpose"] == purpose]
        return key

    def root(self):
        """The root certificate in DER, as the published keys carry it and as the folder of keys holds it."""
        pem = pathlib.Path(self.manifest["root"]).read_text()
        body = "".join(line for line in pem.splitlines() if not line.startswith("-----"))
        root = base64.b64decode(body)
        for key in self.manifest["jwks"]["keys"]:
            expect(base64.b64decode(key["x5c"][-1]) == root, f"the chain of the {key['purpose']} key ends elsewhere")
        return root


class Fault(Exception):
    """Something that does not hold."""


def expect(holds, sentence):
    if not holds:
        raise Fault(sentence)


def run(*command):
    """What a program says, with its exit code expected to be 0."""
    done = subprocess.run([str(word) for word in command], capture_output=True, check=False)
    said = done.stdout + done.stderr
    expect(done.returncode == 0, f"{command[0]} ended with {done.returncode}: {said.decode(errors='replace')}")
    return done.stdout


def judge(check, only_kinds=False):
    """Calls `check` for each certificate of the manifest named on the command line, and exits 1 when one has a fault."""
    manifest = json.loads(pathlib.Path(sys.argv[1]).read_text())
    certificates = [Certificate(manifest, described) for described in manifest["certificates"]]
    if only_kinds:
        certificates = [certificate for certificate in certificates if certificate.twin]
    faults = 0
    for certificate in certificates:
        try:
            check(certificate)
            print(f"{certificate.name}: holds")
        except Fault as fault:
            faults += 1
            print(f"{certificate.name}: {fault}")
    sys.exit(1 if faults or not certificates else 0)
