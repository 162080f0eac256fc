"""Forty-four lines a reader may write, with what must come of them on every platform and in every language."""

from __future__ import annotations

from typing import NamedTuple

A4 = "article:treaty-2024/4"


class Line(NamedTuple):
    """What is typed, the same as Discord's options, the entries that answer (`...`: any, at least one), the outcome."""

    typed: str
    options: dict[str, str]
    refs: tuple[str, ...] | None = ()
    outcome: str = "answered"


SCRIPT = (
    Line("/start", {}),
    Line("/help", {}),
    Line("/help treaty", {"command": "treaty"}),
    Line("/treaty article4", {"article": "article4"}, (A4,)),
    Line("/treaty art. 4", {"article": "art. 4"}, (A4,)),
    Line("/treaty articolo 4", {"article": "articolo 4"}, (A4,)),
    Line("/treaty статья 4", {"article": "статья 4"}, (A4,)),
    Line("/treaty 제4조", {"article": "제4조"}, (A4,)),
    Line("/article 4", {"article": "4"}, (A4,)),
    Line("/treaty preamble", {"article": "preamble"}, ("article:treaty-2024/preamble",)),
    Line("/treaty 1961 1", {"article": "1961 1"}, ("article:treaty-1961/1",)),
    Line("/treaty un 51", {"article": "un 51"}, ("article:un-charter/51",)),
    Line("/treaty 4 as of 2024-06-20", {"article": "4", "as_of": "2024-06-20"}, (A4,)),
    Line("/treaty", {}, None),
    Line("/treaty 99", {"article": "99"}, (), "unknown"),
    Line("/treaty аrticle4", {"article": "аrticle4"}, (), "mistake"),
    Line("/treaty artcle 4", {"article": "artcle 4"}, (), "mistake"),
    Line("/fact F-1", {"fact": "F-1"}, ("fact:mutual-assistance-in-war",)),
    Line("/fact echoes-1961-treaty", {"fact": "echoes-1961-treaty"}, ("fact:echoes-1961-treaty",)),
    Line("/fact F-1@1", {"fact": "F-1@1"}, ("fact:mutual-assistance-in-war",)),
    Line("/fact F-99999", {"fact": "F-99999"}, (), "unknown"),
    Line("/sources 4", {"entry": "4"}, (A4,)),
    Line("/sources F-11", {"entry": "F-11"}, ("fact:broader-than-1961",)),
    Line("/history F-1", {"entry": "F-1"}, ("fact:mutual-assistance-in-war",)),
    Line("/history 4", {"entry": "4"}, (A4,)),
    Line("/timeline", {}, None),
    Line("/timeline sanctions 2024 2025", {"topic": "sanctions", "since": "2024", "until": "2025"}, None),
    Line("/timeline 2025 2024", {"since": "2025", "until": "2024"}, (), "mistake"),
    Line("/latest", {}, None),
    Line("/compare 4 1961/1", {"first": "4", "second": "1961/1"}, (A4, "article:treaty-1961/1")),
    Line("/topics", {}),
    Line("/topics troops", {"topic": "troops"}, None),
    Line("/people", {}, None),
    Line("/people Podolyak", {"name": "Podolyak"}, ("person:mykhailo-podolyak",)),
    Line("/search Kursk", {"query": "Kursk"}, None),
    Line("/search Kursk kind:event from:2025", {"query": "Kursk", "kind": "event", "since": "2025"}, None),
    Line("/ask putin regalò dei cani a kim?", {"question": "putin regalò dei cani a kim?"}, None),
    Line("/ask how many tanks did Kim get", {"question": "how many tanks did Kim get"}, None, "closest"),
    Line("/ask ???", {"question": "???"}, (), "mistake"),
    Line("/search qwertzuiop", {"query": "qwertzuiop"}, (), "unknown"),
    Line('/search "NEAR( OR *', {"query": '"NEAR( OR *'}, (), "unknown"),
    Line(
        "/check Kim ha incontrato Putin a Pyongyang", {"text": "Kim ha incontrato Putin a Pyongyang"}, None, "closest"
    ),
    Line("/language", {}),
    Line("/privacy", {}),
)
