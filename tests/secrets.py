"""Twelve canary secrets, and a scanner that finds them in whatever the product wrote, in six encodings.

    hits = scan_folder(folder) + scan("the pages", body)
    assert hits == []

The encodings are those in which text leaves a program by itself: raw, as an address escapes it, as JSON and `repr`
escape it, base64 (a header, at any of the three alignments), hex (a dump), and cut at 20 signs (a line shortened for
display, after which most of a secret is still there).
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

CUT = 20
CHUNK = 16 * 1024 * 1024
OVERLAP = 1024

TELEGRAM = "55512345:AAcanaryCanaryCANARYcanaryCanary01234"
DISCORD = "Y2FuYXJ5Q0FOQVJZY2FuYXJ5.CaNaRy.canaryCANARYcanaryCANARYcanary99"
# Signs that addresses, JSON and `repr` escape: without them three of the encodings would be one.
CANARIES = {
    "the token of the Telegram bot": TELEGRAM,
    "its part behind the colon": TELEGRAM.partition(":")[2],
    "the token of the Discord bot": DISCORD,
    "the webhook's secret": "canary-hook_WORD-canary-hook_WORD",
    "the database's password": 'canary/db@pass:"wörd"',
    "a password in the database's query": "canary+query&pass wörd",
    "PGPASSWORD": "canary'environ\\pass'word",
    "the password of a Bot API server": "canary&basic=pass%word",
    "a Telegram token that a reader pasted": "7712345678:AAHcanaryPASTEDcanaryPASTEDcanary012",
    "a Discord token that a reader pasted": "cGFzdGVkQ2FuYXJ5UGFzdGVk.PaStEd.canaryPASTEDcanaryPASTEDcanary77",
    "a token in the wrong variable": "66612345:AAwrongLINEcanaryWrongLINEcanary56789",
    "a password in the public address": "canary-public-PASS-word",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a secret was found, which, in which encoding, and what stands around it."""

    where: str
    secret: str
    encoding: str
    around: str


def encodings(secret: str) -> dict[str, set[bytes]]:
    """The byte strings that give a secret away, by encoding."""
    data = secret.encode()
    escaped = {quote(secret, safe=""), quote_plus(secret), quote(secret), secret.replace(":", "%3A")}
    written = {
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        ascii(secret)[1:-1],
    }
    written |= {json.dumps(each)[1:-1] for each in written}
    return {
        "raw": {data},
        "in an address": {each.encode() for each in escaped} | {_small(each).encode() for each in escaped},
        "JSON or repr": {each.encode() for each in written},
        "base64": {_base64(data, before).translate(table) for before in range(3) for table in (_SAME, _URLSAFE)},
        "hex": {data.hex().encode(), data.hex().upper().encode()},
        "cut": {secret[:CUT].encode()},
    }  # fmt: skip


def _small(escaped: str) -> str:
    return re.sub("%..", lambda escape: escape[0].lower(), escaped)


_SAME, _URLSAFE = bytes.maketrans(b"", b""), bytes.maketrans(b"+/", b"-_")


def _base64(data: bytes, before: int) -> bytes:
    """What becomes of the secret behind `before` other bytes, without the signs that it shares with its neighbours."""
    whole = base64.b64encode(b"\0" * before + data)
    return whole[(0, 2, 3)[before] : (before + len(data)) * 8 // 6]


NEEDLES = [
    (name, encoding, form)
    for name, secret in CANARIES.items()
    for encoding, forms in encodings(secret).items()
    for form in sorted(forms)
]


def scan(where: str, data: bytes | str) -> list[Hit]:
    """Every canary in the data, the first place of each."""
    data = data.encode(errors="replace") if isinstance(data, str) else data
    found = []
    for name, encoding, form in NEEDLES:
        at = data.find(form)
        if at >= 0:
            around = data[max(0, at - 60) : at + len(form) + 20].decode(errors="replace")
            found.append(Hit(where, name, encoding, around))
    return found


def scan_folder(folder: Path, leave_out: frozenset[str] = frozenset()) -> tuple[list[Hit], int]:
    """Scan every file below a folder: databases, their logs, copies, packed ones too. Returns the hits and the bytes.

    leave_out: names of files in which secrets may stand, such as `.env`.
    """
    hits, size = [], 0
    for path in sorted(each for each in folder.rglob("*") if each.is_file() and each.name not in leave_out):
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            kept = b""
            while chunk := file.read(CHUNK):
                size += len(chunk)
                hits += scan(str(path.relative_to(folder)), kept + chunk)
                kept = chunk[-OVERLAP:]
        hits += scan("the name of a file", str(path.relative_to(folder)))
    return hits, size
