"""A small valid dossier as the text of its files, for tests that break one thing in it."""

from __future__ import annotations

from pathlib import Path

HEAD = """\
id: two-rivers
title: {it: Patto, en: Pact}
default_instrument: pact-1950
parties: [AA, BB]
languages: [it, en]
keywords:
  it: [patto]
  en: [pact]
"""

TOPICS = """\
- id: water
  title: {it: Acqua, en: Water}
- id: land
  title: {it: Terra, en: Land}
"""

SOURCES = """\
- id: gazette
  title: The pact is signed
  publisher: Official Gazette
  url: https://gazette.example/1950/7
  date: '1950-03-02'
  lang: en
  kind: official
- id: diary
  title: A diary
  publisher: A clerk
  date: null
  lang: it
  kind: press
"""

PACT = """\
id: pact-1950
aliases: [pact, patto]
title: {it: Patto del 1950, en: Pact of 1950}
parties: [AA, BB]
signed: '1950-03-01'
in_force: '1950-06'
in_force_note: halves
ended: '1990'
replaces: []
replaced_by: pact-1990
article_count: 2
preamble:
  confidence: verified
  heading: {it: Preambolo, en: Preamble}
  summary: {it: Le parti si salutano., en: The parties greet each other.}
  topics: [water]
  related: []
  sources: [gazette]
articles:
- number: 1
  confidence: verified
  heading: {it: Acque, en: Waters}
  summary: {it: Le parti dividono le acque., en: The parties share the waters.}
  key_phrase: {en: half each}
  key_phrase_sources: [gazette]
  topics: [water]
  related: [pact-1990, pact-1950/2, halves]
  sources: [gazette]
- number: 2
  confidence: unverified
  heading: {it: Non verificato, en: Not verified}
  summary: {it: Nessuna fonte., en: No source.}
  topics: []
  related: []
  sources: []
"""

LATER = """\
id: pact-1990
aliases: []
title: {it: Patto del 1990, en: Pact of 1990}
parties: [AA, BB]
signed: '1990-01-01'
in_force: null
ended: null
replaces: [pact-1950]
replaced_by: null
article_count: 1
articles: []
"""

FACTS = """\
- id: halves
  number: 1
  statement: {it: Ognuno ne ha metà., en: Each has half.}
  status: claimed
  attributed_to: {it: un impiegato, en: a clerk}
  date: '1950-03'
  topics: [water]
  instrument: pact-1950/1
  sources: [gazette, diary]
  seed: true
- id: signed-in-spring
  number: 2
  statement: {it: Firmato in primavera., en: Signed in spring.}
  status: confirmed
  date: null
  topics: [land]
  instrument: null
  sources: [gazette]
"""

EVENTS = """\
- id: signing
  number: 1
  date: '1950-03-01'
  title: {it: Firma, en: Signing}
  text: {it: I governi firmano., en: The governments sign.}
  topics: [water]
  instruments: [pact-1950]
  sources: [gazette]
"""

PEOPLE = """\
- id: ada-reed
  number: 1
  name: {it: Ada Reed, en: Ada Reed}
  role: {it: Firmataria, en: Signatory}
  sources: [gazette]
"""


def small_dossier() -> dict[str, str]:
    """The files of a dossier without faults, by name."""
    return {
        "dossier.yaml": HEAD,
        "topics.yaml": TOPICS,
        "sources.yaml": SOURCES,
        "instruments/pact-1950.yaml": PACT,
        "instruments/pact-1990.yaml": LATER,
        "facts.yaml": FACTS,
        "events.yaml": EVENTS,
        "people.yaml": PEOPLE,
    }


def put(folder: Path, files: dict[str, str]) -> Path:
    """Write the files into `folder`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
