"""Every slip the reader must find, one a line."""

from __future__ import annotations

from typing import NamedTuple

PACT = "instruments/pact-1950.yaml"


class Case(NamedTuple):
    """One slip: in `file` the text `old` becomes `new`, and one fault must say where and what."""

    name: str
    file: str
    old: str
    new: str
    entry: str
    field: str
    says: str


# fmt: off
CASES = (
    Case("syntax", "facts.yaml", "status: claimed", "status: [claimed", "", "", "line 5"),
    Case("two documents", "people.yaml", "- id: ada-reed", "---\n- id: a\n---\n- id: ada-reed", "", "", "another document"),
    Case("empty", "events.yaml", "*", "", "", "", "is empty"),
    Case("only a comment", "events.yaml", "*", "# later\n", "", "", "is empty"),
    Case("no list", "topics.yaml", "*", "id: water\n", "", "", "expected a list of entries, found a mapping"),
    Case("no mapping", "dossier.yaml", "*", "- id: two-rivers\n", "", "", "expected a mapping, found a list"),
    Case("no instrument mapping", PACT, "*", "just words\n", "", "", "expected a mapping, found 'just words'"),
    Case("raw control character", "facts.yaml", "Each has", "Each\x07has", "", "", "line 3: holds the control character U+0007"),
    Case("too deep", "people.yaml", "[gazette]", "[" * 5000, "", "", "line 5: is nested too deeply"),
    Case("loop", "people.yaml", "[gazette]", "&a [*a]", "ada-reed", "sources.1", "holds itself"),
    Case("foreign tag", "people.yaml", "number: 1", "number: !!python/name:os 1", "ada-reed", "number", "found the tag"),
    Case("key is a list", "people.yaml", "  number: 1", "  [a]: 1", "ada-reed", "", "a key must be a word"),
    Case("repeated key", "facts.yaml", "status: claimed", "status: claimed\n  status: confirmed", "halves", "status", "line 5: is given twice"),
    Case("repeated language", "facts.yaml", "en: Each has half.", "en: A, en: B", "halves", "statement.en", "is given twice"),
    Case("repeated key in an article", PACT, "[pact-1990, pact-1950/2, halves]", "[]\n  related: []", "pact-1950/1", "related", "is given twice"),
    Case("repeated key in the preamble", PACT, "The parties greet each other.}", "X}\n  confidence: partial", "pact-1950/preamble", "confidence", "is given twice"),
    Case("repeated key in an instrument", PACT, "article_count: 2", "article_count: 2\narticle_count: 3", "pact-1950", "article_count", "is given twice"),
    Case("no mapping entry", "facts.yaml", "- id: halves", "- halves\n- id: halves", "#1", "", "expected a mapping, found 'halves'"),
    Case("no mapping article", PACT, "- number: 2\n", "- two\n- number: 2\n", "pact-1950/#2", "", "expected a mapping"),
    Case("unknown field", "facts.yaml", "status: claimed", "stauts: claimed", "halves", "stauts", "did you mean status?"),
    Case("unknown field in the head", "dossier.yaml", "keywords:", "zzz: 1\nkeywords:", "two-rivers", "zzz", "expected one of id, title"),
    Case("missing id", "events.yaml", "id: signing", "seed: false", "#1", "id", "is missing"),
    Case("bad slug", "events.yaml", "id: signing", "id: The Signing", "The Signing", "id", "1 to 80 characters"),
    Case("long slug", "topics.yaml", "id: land", f"id: {'x' * 81}", "x" * 81, "id", "1 to 80 characters"),
    Case("same fact twice", "facts.yaml", "id: signed-in-spring", "id: halves", "halves", "id", "used twice"),
    Case("same id in another kind", "people.yaml", "id: ada-reed", "id: signing", "signing", "id", "used twice; the first is in events.yaml"),
    Case("id of an instrument", "people.yaml", "id: ada-reed", "id: pact-1990", "pact-1990", "id", "used twice; the first is in instruments/pact-1990.yaml"),
    Case("same source twice", "sources.yaml", "id: diary", "id: gazette", "gazette", "id", "used twice"),
    Case("same topic twice", "topics.yaml", "id: land", "id: water", "water", "id", "used twice"),
    Case("same article twice", PACT, "- number: 2", "- number: 1", "pact-1950/1", "number", "used twice"),
    Case("file and id differ", PACT, "id: pact-1950", "id: pact-1951", "pact-1951", "id", "expected the file's name pact-1950"),
    Case("same number twice", "facts.yaml", "number: 2", "number: 1", "signed-in-spring", "number", "1 is used twice; halves has it too"),
    Case("number zero", "facts.yaml", "number: 2", "number: 0", "signed-in-spring", "number", "whole number from 1"),
    Case("number in words", "facts.yaml", "number: 2", "number: two", "signed-in-spring", "number", "found 'two'"),
    Case("number true", "facts.yaml", "number: 2", "number: true", "signed-in-spring", "number", "found true"),
    Case("missing language", "facts.yaml", ", en: Each has half.", "", "halves", "statement.en", "is missing"),
    Case("unknown language", "facts.yaml", "en: Each has half.", "en: Each has half., fr: Moitié", "halves", "statement.fr", "unknown language; expected it, en"),
    Case("text for all languages", "facts.yaml", "{it: Ognuno ne ha metà., en: Each has half.}", "Each has half.", "halves", "statement", "expected a mapping from languages"),
    Case("empty text", "facts.yaml", "en: Each has half.", "en: ' '", "halves", "statement.en", "expected a text, found ' '"),
    Case("null text", "facts.yaml", "en: Each has half.", "en: ~", "halves", "statement.en", "expected a text, found nothing"),
    Case("number for a text", "sources.yaml", "title: A diary", "title: 1984", "diary", "title", "(put it in quotes), found the number 1984"),
    Case("list for a text", "sources.yaml", "title: A diary", "title: [A diary]", "diary", "title", "found a list"),
    Case("missing text", "sources.yaml", "  publisher: A clerk\n", "", "diary", "publisher", "is missing"),
    Case("escaped control character", "facts.yaml", "en: Each has half.", 'en: "Each\\x07half"', "halves", "statement.en", "U+0007"),
    Case("tab", "facts.yaml", "en: Each has half.", 'en: "Each\\thalf"', "halves", "statement.en", "U+0009"),
    Case("direction character", "facts.yaml", "en: Each has half.", "en: Each \u202ehas half.", "halves", "statement.en", "U+202E"),
    Case("direction character in a name", "sources.yaml", "publisher: A clerk", "publisher: A \u2066clerk", "diary", "publisher", "U+2066"),
    Case("no day", "facts.yaml", "date: '1950-03'", "date: 1950-02-30", "halves", "date", "found '1950-02-30'"),
    Case("no month", "facts.yaml", "date: '1950-03'", "date: 1950-13", "halves", "date", "found '1950-13'"),
    Case("date in words", "facts.yaml", "date: '1950-03'", "date: spring", "halves", "date", "YYYY-MM-DD"),
    Case("date with a time", "facts.yaml", "date: '1950-03'", "date: 1950-03-01 12:00:00", "halves", "date", "YYYY-MM-DD"),
    Case("number that is no year", "facts.yaml", "date: '1950-03'", "date: 19500301", "halves", "date", "found the number 19500301"),
    Case("event without a date", "events.yaml", "date: '1950-03-01'", "date: null", "signing", "date", "is missing"),
    Case("end before start", PACT, "ended: '1990'", "ended: '1950-05'", "pact-1950", "ended", "1950-05 is before in_force 1950-06"),
    Case("in force before signed", PACT, "in_force: '1950-06'", "in_force: '1949'", "pact-1950", "in_force", "1949 is before signed 1950-03-01"),
    Case("unknown topic", "facts.yaml", "topics: [water]", "topics: [fire]", "halves", "topics.1", "'fire' is no topic"),
    Case("unknown source", "facts.yaml", "[gazette, diary]", "[gazette, letter]", "halves", "sources.2", "'letter' is no source"),
    Case("source listed twice", "facts.yaml", "[gazette, diary]", "[gazette, gazette]", "halves", "sources.2", "'gazette' is listed twice"),
    Case("source without a list", "people.yaml", "[gazette]", "gazette", "ada-reed", "sources", "expected a list"),
    Case("source is a number", "people.yaml", "[gazette]", "[7]", "ada-reed", "sources.1", "expected an id"),
    Case("unknown article", "facts.yaml", "pact-1950/1", "pact-1950/9", "halves", "instrument", "'pact-1950/9' is no instrument or article"),
    Case("fact about a person", "facts.yaml", "pact-1950/1", "ada-reed", "halves", "instrument", "is no instrument or article"),
    Case("unknown related", PACT, "[pact-1990, pact-1950/2, halves]", "[pact-2000]", "pact-1950/1", "related.1", "'pact-2000' is no instrument"),
    Case("unknown instrument of an event", "events.yaml", "[pact-1950]", "[pact-1950, treaty]", "signing", "instruments.2", "'treaty' is no instrument"),
    Case("replaces what is not there", "instruments/pact-1990.yaml", "[pact-1950]", "[pact-1900]", "pact-1990", "replaces.1", "is no instrument"),
    Case("replaced by a fact", PACT, "replaced_by: pact-1990", "replaced_by: halves", "pact-1950", "replaced_by", "'halves' is no instrument"),
    Case("note that is no fact", PACT, "in_force_note: halves", "in_force_note: signing", "pact-1950", "in_force_note", "'signing' is no fact"),
    Case("unknown source of a phrase", PACT, "key_phrase_sources: [gazette]", "key_phrase_sources: [x]", "pact-1950/1", "key_phrase_sources.1", "'x' is no source"),
    Case("phrase without a source", PACT, "  key_phrase_sources: [gazette]\n", "", "pact-1950/1", "key_phrase_sources", "expected the source"),
    Case("phrase in no language", PACT, "{en: half each}", "{}", "pact-1950/1", "key_phrase", "found an empty mapping"),
    Case("unknown default instrument", "dossier.yaml", "pact-1950", "pact-1900", "two-rivers", "default_instrument", "is no instrument"),
    Case("fact without a source", "facts.yaml", "[gazette, diary]", "[]", "halves", "sources", "at least one source"),
    Case("person without sources", "people.yaml", "  sources: [gazette]\n", "", "ada-reed", "sources", "at least one source"),
    Case("verified article without a source", PACT, "halves]\n  sources: [gazette]", "halves]\n  sources: []", "pact-1950/1", "sources", "at least one source"),
    Case("claimed by nobody", "facts.yaml", "  attributed_to: {it: un impiegato, en: a clerk}\n", "", "halves", "attributed_to", "a claimed entry says"),
    Case("disputed by nobody", "facts.yaml", "status: confirmed", "status: disputed", "signed-in-spring", "attributed_to", "a disputed entry says"),
    Case("claimed by somebody in one language", "facts.yaml", ", en: a clerk", "", "halves", "attributed_to.en", "is missing"),
    Case("confirmed by somebody", "facts.yaml", "status: claimed", "status: confirmed", "halves", "attributed_to", "a confirmed entry has none"),
    Case("event attributed without a status", "events.yaml", "date: '1950-03-01'", "date: '1950-03-01'\n  attributed_to: {it: lui, en: him}", "signing", "attributed_to", "a confirmed entry has none"),
    Case("fact without a status", "facts.yaml", "  status: confirmed\n", "", "signed-in-spring", "status", "is missing; expected one of confirmed, claimed"),
    Case("unknown status", "facts.yaml", "status: confirmed", "status: certain", "signed-in-spring", "status", "found 'certain'"),
    Case("unknown confidence", PACT, "confidence: unverified", "confidence: low", "pact-1950/2", "confidence", "one of verified, partial, unverified"),
    Case("article without confidence", PACT, "  confidence: unverified\n", "", "pact-1950/2", "confidence", "is missing"),
    Case("unknown kind of source", "sources.yaml", "kind: press", "kind: rumour", "diary", "kind", "one of primary, official, agency, press, analysis"),
    Case("wrong language code", "sources.yaml", "lang: it", "lang: Italian", "diary", "lang", "a language code"),
    Case("address without a scheme", "sources.yaml", "https://gazette.example/1950/7", "gazette.example", "gazette", "url", "http or https"),
    Case("script for an address", "sources.yaml", "https://gazette.example/1950/7", "javascript:alert(1)", "gazette", "url", "http or https"),
    Case("address without a host", "sources.yaml", "https://gazette.example/1950/7", "https:///1950", "gazette", "url", "with a host"),
    Case("address with a blank", "sources.yaml", "https://gazette.example/1950/7", "https://gazette.example/a b", "gazette", "url", "http or https"),
    Case("address with a broken host", "sources.yaml", "https://gazette.example/1950/7", "'https://[::1'", "gazette", "url", "http or https"),
    Case("article beyond the count", PACT, "article_count: 2", "article_count: 1", "pact-1950/2", "number", "beyond the article_count 1"),
    Case("article without a number", PACT, "- number: 2\n  confidence", "- confidence", "pact-1950/#2", "number", "found nothing"),
    Case("article with a name for a number", PACT, "- number: 2", "- number: two", "pact-1950/#2", "number", "found 'two'"),
    Case("numbered preamble", PACT, "preamble:\n", "preamble:\n  number: 1\n", "pact-1950/preamble", "number", "unknown field"),
    Case("preamble of words", PACT, "preamble:\n", "preamble: words\nignored:\n", "pact-1950/preamble", "", "expected a mapping"),
    Case("articles missing", "instruments/pact-1990.yaml", "articles: []\n", "", "pact-1990", "articles", "expected a list of articles"),
    Case("unknown language of the dossier", "dossier.yaml", "[it, en]", "[it, en, fr]", "two-rivers", "languages.3", "one of it, en, ru, ko"),
    Case("no language", "dossier.yaml", "[it, en]", "[]", "two-rivers", "languages", "at least one language"),
    Case("keywords in an unknown language", "dossier.yaml", "  en: [pact]", "  xx: [pact]", "two-rivers", "keywords.xx", "unknown language"),
    Case("keyword that is a number", "dossier.yaml", "  en: [pact]", "  en: [1950]", "two-rivers", "keywords.en.1", "expected a text"),
    Case("seed in words", "facts.yaml", "seed: true", "seed: perhaps", "halves", "seed", "true or false"),
    Case("retired without a reason", "facts.yaml", "seed: true", "retired: true", "halves", "retired", "expected a text"),
)
# fmt: on
