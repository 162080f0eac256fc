"""The picture in the README: a real answer, as Telegram gets it. `python -m tests.docs.picture` draws it anew."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from bot.adapters.telegram.render import Part, render
from bot.app import open_core
from bot.core.places import ChatKind, ChatRef, Platform, UserRef
from bot.core.requests import Actor, Request
from tests.cores import on
from tests.docs.papers import DOCS

PICTURE = DOCS / "answer.svg"
QUESTION = "/treaty article4"
DAY = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)

WIDTH, EDGE, LINE, SIZE = 540, 14, 20, 14
BUBBLE = WIDTH - 2 * EDGE
BUTTON, GAP = 32, 4
ROOM = BUBBLE - 2 * EDGE
"""Pixels; what a line may take, by the widths below, which are those of a wide sans serif, so that all others fit too."""
NARROW, WIDE = frozenset("iljtfrI.,:;'|!()[] -•"), frozenset("mwMWOQG@%—–ДЖШЩЮ")
STYLES = {
    "bold": 'font-weight="600"',
    "italic": 'font-style="italic"',
    "text_link": 'fill="#1a6fb5"',
    "code": 'fill="#1a6fb5"',
}


class Stopped:
    """A clock that shows one day, so that the picture is the same whenever it is drawn."""

    def now(self) -> dt.datetime:
        return DAY


@dataclass(frozen=True)
class Letter:
    """One character with its style, as attributes of SVG."""

    text: str
    style: str
    quoted: bool

    @property
    def width(self) -> float:
        share = 0.34 if self.text in NARROW else 0.92 if self.text in WIDE else 0.7 if self.text.isupper() else 0.62
        return SIZE * share * (1.1 if "600" in self.style else 1)


async def answer() -> Part:
    """What the bot says to somebody on Telegram who asks in English."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_core(on(f"sqlite:///{folder}/pactwatch.db"), clock=Stopped(), semantic=False) as core:
            who = UserRef(Platform.TELEGRAM, "1")
            asked = Request(
                QUESTION, Actor(who), ChatRef(Platform.TELEGRAM, "1"), ChatKind.PRIVATE, platform_locale="en"
            )
            reply = await core.dispatcher(asked)
    assert reply is not None
    (part,) = render(reply.document)
    return part


def letters(part: Part) -> list[Letter]:
    """The text with its entities, which Telegram counts in units of UTF-16."""
    styles = [set[str]() for _ in range(len(part.text.encode("utf-16-le")) // 2)]
    for entity in part.entities:
        for at in range(entity["offset"], entity["offset"] + entity["length"]):
            styles[at].add(entity["type"])
    found, at = [], 0
    for character in part.text:
        kinds = styles[at]
        style = " ".join(STYLES[kind] for kind in sorted(kinds & STYLES.keys()))
        found.append(Letter(character, style, bool(kinds & {"blockquote", "expandable_blockquote"})))
        at += len(character.encode("utf-16-le")) // 2
    return found


def wrapped(text: list[Letter]) -> Iterator[list[Letter]]:
    """Lines that fit, broken at blanks."""
    line: list[Letter] = []
    word: list[Letter] = []
    for letter in [*text, Letter("\n", "", quoted=False)]:
        if letter.text not in " \n":
            word.append(letter)
            continue
        if line and sum(each.width for each in (*line, *word)) > ROOM - EDGE * any(each.quoted for each in word):
            yield line
            line = []
        line += [*word, letter] if letter.text == " " else word
        word = []
        if letter.text == "\n":
            yield line
            line = []


def runs(line: list[Letter]) -> Iterator[tuple[str, str]]:
    """The line in stretches of one style."""
    text, style = "", ""
    for letter in line:
        if letter.style != style and text:
            yield text, style
            text = ""
        text, style = text + letter.text, letter.style
    yield text, style


def draw(part: Part) -> str:
    """The picture: the question, the answer, and its buttons below."""
    lines = list(wrapped(letters(part)))
    top = 52
    height = len(lines) * LINE + EDGE
    out = [
        f'<rect x="{WIDTH - EDGE - 140}" y="{EDGE}" width="140" height="30" rx="12" fill="#dcf5c8"/>',
        f'<text x="{WIDTH - EDGE - 128}" y="{EDGE + 20}">{QUESTION}</text>',
        f'<rect x="{EDGE}" y="{top}" width="{BUBBLE}" height="{height}" rx="12" fill="#fff"/>',
    ]
    y = top + LINE
    for line in lines:
        shift = EDGE if any(letter.quoted for letter in line) else 0
        if shift:
            out.append(f'<rect x="{2 * EDGE}" y="{y - 15}" width="3" height="{LINE}" fill="#5a9bd4"/>')
        spans = "".join(
            f"<tspan {style}>{escape(text)}</tspan>" if style else escape(text) for text, style in runs(line)
        )
        if spans.strip():
            out.append(f'<text x="{2 * EDGE + shift}" y="{y}" xml:space="preserve">{spans.rstrip()}</text>')
        y += LINE
    y = top + height + GAP
    for row in part.keyboard:
        width = (BUBBLE - GAP * (len(row) - 1)) / len(row)
        for place, button in enumerate(row):
            out += _button(button, EDGE + place * (width + GAP), y, width)
        y += BUTTON + GAP
    y += EDGE
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" '
        f'font-family="Helvetica, Arial, sans-serif" font-size="{SIZE}" fill="#15202b">'
        f"<title>{QUESTION}</title>"
    )
    return "\n".join([head, f'<rect width="{WIDTH}" height="{y}" fill="#cfdbe6"/>', *out, "</svg>"]) + "\n"


def _button(button: dict[str, Any], x: float, y: float, width: float) -> list[str]:
    most = int((width - EDGE) / (SIZE * 0.6))
    label = button["text"] if len(button["text"]) <= most else button["text"][: most - 1] + "…"
    return [
        f'<rect x="{x:.0f}" y="{y}" width="{width:.0f}" height="{BUTTON}" rx="8" fill="#5b7f9d"/>',
        f'<text x="{x + width / 2:.0f}" y="{y + 21}" fill="#fff" text-anchor="middle">{escape(label)}</text>',
    ]


if __name__ == "__main__":
    PICTURE.write_text(draw(asyncio.run(answer())), encoding="utf-8")
