"""Discord's markdown as a reader sees it: the plain text, and everything in it that became more than text."""

from __future__ import annotations

from dataclasses import dataclass, field

import regex

# In the order in which Discord's client tries them; what none of them takes is plain text.
_RULES = [
    (name, regex.compile(pattern, regex.DOTALL))
    for name, pattern in (
        ("escape", r"\\([^0-9A-Za-z\s])"),
        ("block", r"```(.+?)```"),
        ("code", r"(`+)(.*?[^`])\1(?!`)"),
        ("link", r"\[((?:\\.|[^\[\]\\])*)\]\(<?((?:https?|discord|mailto)://?[^\s<>]+?)>?\)"),
        ("timestamp", r"<t:-?\d+(?::[a-zA-Z])?>"),
        ("emoji", r"<a?:\w+:\d+>"),
        ("command", r"</[-_\w ]+:\d+>"),
        ("navigation", r"<id:\w+>"),
        ("mention", r"<(?:@[!&]?|#)\d+>|@everyone|@here"),
        ("url", r"<((?:https?|steam|discord)://[^\s>]+)>"),
        ("url", r"((?:https?|steam|discord)://[^\s<]+[^\s<.,:;\"'\])])"),
        ("bold", r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)"),
        ("underline", r"__((?:\\.|[^\\])+?)__(?!_)"),
        ("strike", r"~~(.+?)~~(?!_)"),
        ("spoiler", r"\|\|(.+?)\|\|"),
        ("italic", r"\*(?=\S)((?:\*\*|\\.|[^*\\])+?)(?<!\s)\*(?!\*)"),
        ("italic", r"_((?:__|\\.|[^\\_])+?)_(?![a-zA-Z0-9_])"),
        ("shortcode", r":[a-zA-Z][\w+~-]*:"),
    )
]
_PLAIN = regex.compile(r"[^\\`\[<@h*sd_~|:]+")  # no rule starts with any of these characters
_LINES = [
    (name, regex.compile(pattern))
    for name, pattern in (
        ("heading", r"\s*#{1,3} +(?=\S)"),
        ("note", r"\s*-# +(?=\S)"),
        ("quote", r"\s*>(?:>>)? +"),
        ("bullet", r"\s*[-*] +(?=\S)"),
        ("number", r"\s*\d{1,3}\. +(?=\S)"),
    )
]


@dataclass(slots=True)
class Reading:
    """text: as seen. active: (kind, what) of every format, link, mention or timestamp found."""

    text: str = ""
    active: list[tuple[str, str]] = field(default_factory=list)

    def kinds(self) -> set[str]:
        return {kind for kind, _ in self.active}


def read(markdown: str) -> Reading:
    """Read one text as Discord shows it."""
    reading = Reading()
    # Code blocks run over lines; everything else that marks a line is looked for line by line.
    lines = []
    for line in markdown.split("\n"):
        rest, found = line, True
        while found:
            found = False
            for name, pattern in _LINES:
                match = pattern.match(rest)
                if match:
                    reading.active.append((name, rest[match.end() :]))
                    rest, found = rest[match.end() :], name in {"quote", "bullet"}
                    break
        lines.append(rest)
    reading.text = _inline("\n".join(lines), reading)
    return reading


def _inline(text: str, reading: Reading) -> str:
    seen, at = [], 0
    while at < len(text):
        plain = _PLAIN.match(text, at)
        if plain:
            seen.append(plain[0])
            at = plain.end()
            continue
        name, match = _first(text, at)
        if match is None:
            seen.append(text[at])
            at += 1
            continue
        at = match.end()
        if name == "escape":
            seen.append(match[1])
            continue
        reading.active.append((name, match[2] if name == "link" else match[0]))
        if name == "code":
            seen.append(match[2])
        elif name in {"block", "url"}:
            seen.append(match[1])
        elif name in {"bold", "underline", "strike", "spoiler", "italic", "link"}:
            seen.append(_inline(match[1], reading))
        else:
            seen.append(match[0])
    return "".join(seen)


def _first(text: str, at: int) -> tuple[str, regex.Match[str] | None]:
    for name, pattern in _RULES:
        match = pattern.match(text, at)
        # Discord looks for _italic_ at the start of a word only; __underlined__ may be any part of one.
        if match and not (name == "italic" and match[0][0] == "_" and at and regex.match(r"\w", text[at - 1])):
            return name, match
    return "", None
