"""Words as Discord markdown in which only our own formatting is active.

Discord reads formats, mentions, timestamps, emoji and links out of any text it is given, so everything literal is
escaped. It is escaped no further than needed: `F-12@1` stays readable in a copied message.
"""

from __future__ import annotations

import re
from typing import assert_never
from urllib.parse import quote, urlsplit

from bot.adapters.splitting import Span, utf16_length
from bot.core.documents import Code, Deleted, Emphasis, Inline, Inlines, Inserted, Link, Strong, Text
from bot.core.sanitize import clean

# What starts or ends a format, a masked link, a mention, an emoji, a timestamp or a plain link, wherever it stands.
_ACTIVE = re.compile(r"[\\*_~`|\[\]<]|@(?=everyone|here)|:(?=[\w+~-]+:)|:(?=//)")
# What makes a heading, small print, a quote or a list out of a line. Plain stars are always escaped.
_LINE_START = re.compile(r"^([^\S\n]*)(?:(\d+)(?=\.\s)|(?=[#>]|-[\s#]|\+\s))", re.MULTILINE)
_LINE_ENDS = re.compile("[\u2028\u2029]")
_ESCAPE = re.compile(r"\\[^\w\s]")
_BRACKETS = str.maketrans("[]\n", "() ")
_TOUCHING, _APART = {"**", "``", "__", "~~", "~_"}, "\u200b"

RUN = 1000
"""Formatted words longer than this become several runs, so that any message can be cut between them."""
MAX_URL = 500


def escape(text: str) -> str:
    """Make `text` literal, save for what it would be at the start of a line: see `escape_line_starts`."""
    return _ACTIVE.sub(r"\\\g<0>", _LINE_ENDS.sub("\n", clean(text)))


def escape_line_starts(markdown: str) -> str:
    """Keep lines from becoming headings, quotes or lists. Doing it twice changes nothing more.

    It looks at finished lines and not at single texts, because a line may begin with the end of one text and go on
    with the start of the next.
    """
    return _LINE_START.sub(_escape_start, markdown)


def escape_first_line(markdown: str) -> str:
    """As `escape_line_starts`, for what a cut made the start of a line. Adds one character at most."""
    found = _LINE_START.match(markdown)
    return _escape_start(found) + markdown[found.end() :] if found else markdown


def _escape_start(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2] or ''}\\"


def markdown(content: Inlines) -> tuple[str, list[Span]]:
    """Give the inlines as markdown, and the spans in it that must never be cut."""
    made: list[str] = []
    spans: list[Span] = []
    size = 0
    for inline in content:
        for piece, whole in _pieces(inline):
            # Two marks that touch are read as one, or (`~~a~~__b__`) as none; nothing visible keeps them apart.
            text = _APART + piece if made and made[-1][-1] + piece[0] in _TOUCHING else piece
            made.append(text)
            if whole:
                spans.append((size, size + len(text)))
            else:
                spans += [(size + found.start(), size + found.end()) for found in _ESCAPE.finditer(text)]
            size += len(text)
    text = "".join(made)
    escaped = escape_line_starts(text)
    return escaped, spans if escaped == text else _moved(text, escaped, spans)


def _moved(text: str, escaped: str, spans: list[Span]) -> list[Span]:
    """Where spans of `text` are in `escaped`, which has some backslashes more."""
    places, at = [], 0
    for char in text:
        while escaped[at] != char:
            at += 1
        places.append(at)
        at += 1
    return [(places[low], places[high - 1] + 1) for low, high in spans]


def safe_url(url: str) -> str | None:
    """An http(s) address that can't break out of a link's brackets; None for anything else."""
    url = clean(url).strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    # The scheme in small letters, in which it is known: one refused button costs the whole message.
    url = parts.scheme + quote(url[len(parts.scheme) :], safe=":/?#@!$&'*+,;=%~-._[]")
    return url if len(url) <= MAX_URL else None


def _pieces(inline: Inline) -> list[tuple[str, bool]]:
    """The inline as pieces of markdown, each with whether it must stay whole."""
    match inline:
        case Text(text):
            escaped = escape(text)
            return [(escaped, False)] if escaped else []
        case Strong(text):
            return _wrap(text, "**")
        case Emphasis(text):
            return _wrap(text, "*")
        case Inserted(text):
            return _wrap(text, "__")
        case Deleted(text):
            return _wrap(text, "~~")
        case Code(text):
            text = clean(text).strip().replace("\n", " ")
            if not text or "`" in text or utf16_length(text) > RUN:
                return _pieces(Text(text))
            return [(f"`{text}`", True)]
        case Link(text, url):
            target = safe_url(url)
            # Discord's link pattern knows no escaped brackets, so a label goes without any.
            label = clean(text).translate(_BRACKETS).strip()[:RUN] or (target or "")
            if target is None or not label:
                return _pieces(Text(text))
            return [(f"[{escape(label)}](<{target}>)", True)]
        case _:
            assert_never(inline)


def _wrap(text: str, mark: str) -> list[tuple[str, bool]]:
    text = clean(text)
    inner = text.strip()
    if not inner:
        return [(text, False)] if text else []
    # Discord takes a star followed or preceded by a blank for a plain star: blanks go outside.
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    runs = [inner[start : start + RUN] for start in range(0, len(inner), RUN)]
    # In struck words Discord heeds no backslash: a tilde at their end would be taken for half of the closing mark.
    wrapped = [
        (f"{mark}{words}{_APART if words.endswith('~') else ''}{mark}", True)
        for run in runs
        if (words := escape(run.strip()))
    ]
    return [piece for piece in ((before, False), *wrapped, (after, False)) if piece[0]]
