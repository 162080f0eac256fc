"""What stands in a log for secrets and for ids: pure functions of text."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import os
import re
from collections.abc import Callable, Iterable
from urllib.parse import quote, quote_plus

from bot.core.tokens import DISCORD, TELEGRAM

HIDDEN = "[hidden]"
LONG = 16
"""From this length on the beginning of a secret is hidden too; the one of a shorter word may be another word."""
SHORTEST = 4
"""Of a shorter password nothing is hidden: it would take half of every line with it, and protects nothing."""

REFERENCE = re.compile(r"\b(telegram|discord|terminal):@?([^\s,;:/()\[\]{}'\"]+)")
NUMBER = re.compile(r"(?<![\w.~#])(?<![A-Z]-)-?\d{6,}(?!\w|\.\d)")
"""Ids of people, chats and messages have six digits and more; what else has is logged as #123456, A-12 or 123,456."""
MARK_DIGITS = 10

# What nobody told us of and yet has the form of a secret, with what stays of it.
_FORMS = (
    (re.compile(TELEGRAM), HIDDEN),
    (re.compile(DISCORD), HIDDEN),
    (re.compile(r"(://[^\s/@:\"'<>]*:)[^\s/@\"'<>]+@"), rf"\1{HIDDEN}@"),
    (re.compile(r"(?i)(\b(?:ssl)?password['\"]?\s*[=:]\s*['\"]?)[^\s'\"&,;)]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)(authorization['\"]?\s*[=:,]\s*['\"]?(?:bot|basic|bearer)\s+)[^\s'\"]+"), rf"\1{HIDDEN}"),
)


class Redactor:
    """Takes secrets out of a finished line: the known ones in every form they are written in, and what looks like one.

    secrets: the known ones. Works on any text; a hit becomes `[hidden]`.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._known = [
            # What was cut off at some length still gives most of it away, so its beginning is enough.
            (start, re.compile(rf"{re.escape(form)}|{re.escape(start)}[\w%.+=\\-]*"))
            for form, start in sorted(_forms(secrets), key=lambda each: len(each[0]), reverse=True)
        ]

    def __call__(self, line: str) -> str:
        """The line without secrets."""
        # First what is whole by itself: a beginning found within it would leave the rest without its form.
        for form, shown in _FORMS:
            line = form.sub(shown, line)
        for start, known in self._known:
            if start in line:
                line = known.sub(HIDDEN, line)
        return line


def _forms(secrets: Iterable[str]) -> set[tuple[str, str]]:
    """How each secret may be written, and the beginning by which each of these is recognised."""
    found = set()
    for secret in secrets:
        number, _, behind = secret.partition(":")
        # The part behind the colon alone opens a Telegram account as well; what stands before it is the bot's number.
        parts = ((secret, len(number) + 1), (behind, 0)) if behind and number.isdecimal() else ((secret, 0),)
        for part, public in parts:
            if len(part) < SHORTEST:
                continue
            kept = public + 8 if len(part) >= LONG else len(part)
            for write in _WRITINGS:
                found.add((write(part), write(part[:kept])))
                found.add((_as_json(write(part)), _as_json(write(part[:kept]))))
            for before in range(3):
                whole, start = _base64(part, before), _base64(part[: kept + 3], before)
                for table in ({}, {ord("+"): "-", ord("/"): "_"}):
                    found.add((whole.translate(table), start.translate(table)))
    return {(whole, start) for whole, start in found if len(start) >= SHORTEST}


def _base64(text: str, before: int) -> str:
    """What a text becomes within base64 behind so many bytes of a group of three, without the signs it shares."""
    data = b"\0" * before + text.encode(errors="replace")
    first = (0, 2, 3)[before]
    return base64.b64encode(data).decode()[first : len(data) * 8 // 6]


def _as_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


_WRITINGS: tuple[Callable[[str], str], ...] = (
    str,
    lambda text: quote(text, safe="", errors="replace"),
    lambda text: re.sub("%..", lambda escape: escape[0].lower(), quote(text, safe="", errors="replace")),
    lambda text: quote_plus(text, errors="replace"),
    lambda text: json.dumps(text)[1:-1],
    lambda text: ascii(text)[1:-1],
    lambda text: repr(text)[1:-1],
    lambda text: repr(text.encode(errors="replace"))[2:-1],
    html.escape,
    lambda text: text.encode(errors="replace").hex(),
    lambda text: text.encode(errors="replace").hex().upper(),
)
"""How text is escaped on its way into a line; that line may itself be written as JSON."""


class Marks:
    """Puts a mark in the place of an id: the same for the same id, and nothing leads back from it without the key.

    key: what only the operator has. They find the lines of one chat by `pactwatch mark telegram:-100123`; empty makes
    one up, and then marks compare within this process only.
    """

    def __init__(self, key: bytes) -> None:
        # Under a name of its own, so that a mark says nothing of what else the key is for.
        self._key = hmac.digest(key, b"pactwatch log marks", "sha256") if key else os.urandom(32)

    def of(self, identity: str) -> str:
        """The mark of an id as the platform writes it: `-100123`."""
        return f"~{hmac.new(self._key, identity.encode(), hashlib.sha256).hexdigest()[:MARK_DIGITS]}"

    def text(self, text: str) -> str:
        """The text with marks for ids."""
        named = REFERENCE.sub(lambda found: f"{found[1]}:{self.of(found[2])}", text)
        return NUMBER.sub(lambda found: self.of(found[0]), named)
