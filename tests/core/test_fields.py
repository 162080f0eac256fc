from __future__ import annotations

import string
import unicodedata
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core import fields
from bot.core.editorial import Severity
from bot.core.entries import LOCALES, Status
from bot.core.errors import Mistake
from bot.core.fields import (
    FIELD_WORDS,
    MAX_ADDRESS,
    SEVERITY_WORDS,
    STATUS_WORDS,
    Citation,
    FieldName,
    Given,
    citations,
    fold_word,
    host_of,
    language_of,
    read_address,
    read_parts,
)
from bot.words import load_words

T = TypeVar("T")
WORDS = load_words()
FORM, SCHEME = "fault-source-form", "fault-source-scheme"


# Words


@pytest.mark.parametrize("raw", [fields._WORDS, fields._STATUSES, fields._SEVERITIES], ids=["field", "status", "alert"])
def test_every_word_means_one_thing(raw: dict[str, str]) -> None:
    """No word of one language is taken for another field, status or urgency in a second language."""
    words = [word for line in raw.values() for word in line.split()]
    assert len(words) > 10
    assert sorted(words) == sorted(set(words))
    assert [word for word in words if fold_word(word) != word] == []


@pytest.mark.parametrize(("word", "name"), FIELD_WORDS.items())
def test_every_name_of_a_field_is_understood_as_people_write_it(word: str, name: FieldName) -> None:
    """Capitals, a blank for a hyphen, blanks around the colon and Korean keyboards' wide colon change nothing."""
    spoken = word.replace("-", " ")
    for written in (word, word.upper(), spoken, f"  {spoken.title()} ", unicodedata.normalize("NFD", word)):
        assert read_parts(f"Text | {written}: 2024")[1] == (
            Given(name, unicodedata.normalize("NFC", written.strip()), "2024"),
        )
        assert read_parts(f"Text | {written} ： 2024")[1][0].name is name


def test_every_field_status_and_urgency_can_be_named_in_every_language() -> None:
    """Nobody has to write English to fill in a field: each has at least one word of the reader's own language."""
    scripts = {"ru": "CYRILLIC", "ko": "HANGUL"}
    for raw in (fields._WORDS, fields._STATUSES, fields._SEVERITIES):
        for meaning, line in raw.items():
            found = {unicodedata.name(word[0]).partition(" ")[0] for word in line.split()}
            assert set(scripts.values()) <= found, meaning
    assert set(FIELD_WORDS.values()) == set(FieldName)
    assert set(STATUS_WORDS.values()) == set(Status)
    assert set(SEVERITY_WORDS.values()) == set(Severity)
    assert {each.value for each in (*FieldName, *Status, *Severity)} <= {*FIELD_WORDS, *STATUS_WORDS, *SEVERITY_WORDS}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("status", Status)
def test_a_status_can_be_written_as_cards_show_it(locale: str, status: Status) -> None:
    """What a card calls a status is also what an editor may type for it."""
    key = f"status-{status.value}" if status is Status.CONFIRMED else f"status-{status.value}-short"
    assert STATUS_WORDS.get(fold_word(WORDS[locale].text(key))) is status


# Lines


@pytest.mark.parametrize(
    ("line", "statement", "found"),
    [
        ("", "", []),
        ("   ", "", []),
        ("||", "", []),
        ("Kim visits Moscow", "Kim visits Moscow", []),
        ("Kim: we will win", "Kim: we will win", []),
        ("At 10:30 Kim said: yes", "At 10:30 Kim said: yes", []),
        ("TASS | KCNA | source: x", "TASS | KCNA", [("source", "x")]),
        ("Kim: one | two | date: 2024", "Kim: one | two", [("date", "2024")]),
        ("date: 2024 | Kim visits", "", [("date", "2024"), (None, "")]),
        ("testo: Kim | fonte: x", "", [("statement", "Kim"), ("source", "x")]),
        ("Kim | status: claimed | by: KCNA: report", "Kim", [("status", "claimed"), ("by", "KCNA: report")]),
        ("Kim | Источник: x | СТАТУС: заявлено", "Kim", [("source", "x"), ("status", "заявлено")]),
        ("김정은 | 출처: x | 주장한 쪽: 조선중앙통신", "김정은", [("source", "x"), ("by", "조선중앙통신")]),
        ("김정은 | 반론 출처：x", "김정은", [("against-source", "x")]),
        ("Kim | against by: NIS", "Kim", [("against-by", "NIS")]),
        ("Kim | sorce: x", "Kim", [(None, "x")]),
        ("Kim | date: | note:", "Kim", [("date", ""), ("note", "")]),
        ("Kim | https://tass.com/1 TASS", "Kim", [("source", "https://tass.com/1 TASS")]),
        ("https://tass.com/1", "", [("source", "https://tass.com/1")]),
        ("www.tass.com/1", "", [("source", "www.tass.com/1")]),
        ("Kim | it: Kim visita Mosca | ko: 방문", "Kim", [("it", "Kim visita Mosca"), ("ko", "방문")]),
        ("Kim | source: a | source: b", "Kim", [("source", "a"), ("source", "b")]),
        ("Kim | |", "Kim", []),
    ],
)
def test_a_line_comes_apart_at_its_bars(line: str, statement: str, found: list[tuple[str | None, str]]) -> None:
    """Colons and bars inside a statement stay there; fields may stand in any order and language."""
    lead, parts = read_parts(line)
    assert lead == statement
    assert [(each.name and each.name.value, each.value) for each in parts] == found


def test_a_wrong_name_is_repeated_as_it_was_written() -> None:
    """A mistyped field never slips into the published text: it comes back by its name."""
    assert read_parts("Kim | Sttus: claimed | date: 2024") == (
        "Kim",
        (Given(None, "Sttus", "claimed"), Given(FieldName.DATE, "date", "2024")),
    )
    assert read_parts("Kim | date: 2024 | and more") == (
        "Kim",
        (Given(FieldName.DATE, "date", "2024"), Given(None, "and more", "")),
    )


PIECES = st.sampled_from([*FIELD_WORDS, "|", ":", "：", " ", "-", "https://", "www.a.bc", "ㅏ", "é", "\u0301", "\n"])


@settings(deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=24).map("".join))
@example("| a | b: c | date: d | e | f: g")
@example("a" * 30 + ": b | " + "c " * 40 + ": d")
def test_reading_a_line_never_fails_and_loses_no_letter(line: str) -> None:
    """Whatever is pasted, each letter of it ends up in the statement, in a field or in a question, in order."""
    lead, parts = read_parts(line)
    kept = lead + "".join(f"{each.word}{each.value}" for each in parts)
    written = unicodedata.normalize("NFC", line)
    assert [each for each in kept if each.isalnum()] == [each for each in written if each.isalnum()]


@pytest.mark.parametrize(
    ("text", "locale", "language"),
    [
        ("Kim visits Moscow", "en", "en"),
        ("Kim visita Mosca", "it", "it"),
        ("Kim visits Moscow", "ru", "en"),
        ("Kim visits Moscow", "ko", "en"),
        ("Ким Чен Ын приехал", "it", "ru"),
        ("김정은이 왔다", "ru", "ko"),
        ("KCNA: 김정은이 모스크바에 왔다", "en", "ko"),
        ("2024-06-19", "ru", "ru"),
        ("習近平", "ko", "ko"),
        ("", "it", "it"),
    ],
)
def test_the_language_of_a_text_shows_in_its_letters(text: str, locale: str, language: str) -> None:
    """A Russian text from somebody who reads Italian is kept as Russian."""
    assert language_of(text, locale) == language


# Addresses

GOOD = {
    "https://tass.com/politics/1": "https://tass.com/politics/1",
    "http://www.kremlin.ru/acts/1": "http://www.kremlin.ru/acts/1",
    "tass.com": "https://tass.com",
    "www.tass.com/1": "https://www.tass.com/1",
    "tass.com/?to=https://evil.example": "https://tass.com/?to=https://evil.example",
    "HTTPS://TASS.Com/Ab": "https://tass.com/Ab",
    "https://tass.com.": "https://tass.com",
    "https://tass.com./1": "https://tass.com/1",
    "https://tass.com:8443/1": "https://tass.com:8443/1",
    "https://tass.com:443/1": "https://tass.com/1",
    "http://tass.com:080/1": "http://tass.com/1",
    "https://tass.com:/1": "https://tass.com/1",
    "https://a-b.c_d.co.uk": "https://a-b.c_d.co.uk",
    "https://1tv.ru/1": "https://1tv.ru/1",
    "https://163.com": "https://163.com",
    "https://тасс.рф/новости": "https://xn--80a8aab.xn--p1ai/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8",
    "https://ТАСС.РФ": "https://xn--80a8aab.xn--p1ai",
    "https://xn--80a8aab.xn--p1ai": "https://xn--80a8aab.xn--p1ai",
    "https://연합뉴스.한국/1": "https://xn--vg1b002akocy6v.xn--3e0b707e/1",
    unicodedata.normalize("NFD", "https://연합뉴스.한국/1"): "https://xn--vg1b002akocy6v.xn--3e0b707e/1",
    "https://straße.de": "https://xn--strae-oqa.de",
    "https://ｔａｓｓ.com": "https://tass.com",
    "https://ru.wikipedia.org/wiki/Курск": "https://ru.wikipedia.org/wiki/%D0%9A%D1%83%D1%80%D1%81%D0%BA",
    "https://ru.wikipedia.org/wiki/%D0%9A%D1%83": "https://ru.wikipedia.org/wiki/%D0%9A%D1%83",
    "https://en.wikipedia.org/wiki/A_(b)": "https://en.wikipedia.org/wiki/A_(b)",
    "https://tass.com/?q=a[]&b=c+d;e#p:~:text=x": "https://tass.com/?q=a[]&b=c+d;e#p:~:text=x",
    'https://tass.com/"<b>`': "https://tass.com/%22%3Cb%3E%60",
    "https://tass.com/\\evil.example": "https://tass.com/%5Cevil.example",
    "https://tass.com/@name": "https://tass.com/@name",
    "https://gazette.example/1": "https://gazette.example/1",
}
BAD = {
    # nothing there, or no name of a publisher
    "": FORM,
    "https://": FORM,
    "https:///tass.com": FORM,
    "https:tass.com": FORM,
    "://tass.com": FORM,
    "tass": FORM,
    "https://tass": FORM,
    "https://localhost": FORM,
    "https://router.local": FORM,
    "https://a.localhost/": FORM,
    "https://db.internal": FORM,
    "https://db.internal.": FORM,
    "https://abc.onion": FORM,
    "https://tass..com": FORM,
    "https://.tass.com": FORM,
    "https://tass.com..": FORM,
    "https://-tass.com": FORM,
    "https://tass-.com": FORM,
    "https://tass.c": FORM,
    "https://tass.com%2fx": FORM,
    "https://ta%73s.com": FORM,
    "https://tass!.com": FORM,
    f"https://{'a' * 64}.com": FORM,
    f"https://{'я' * 60}.com": FORM,
    f"https://{'a.' * 130}com": FORM,
    # logins
    "https://user@tass.com": FORM,
    "https://tass.com:pass@evil.example": FORM,
    "https://tass.com\\@evil.example": FORM,
    "https://@tass.com": FORM,
    "name@tass.com": FORM,
    # ports
    "https://tass.com:0": FORM,
    "https://tass.com:65536": FORM,
    "https://tass.com:x": FORM,
    "https://tass.com:-1": FORM,
    # IP numbers in every spelling a browser reads
    "https://1.2.3.4": FORM,
    "http://1.2.3.4./x": FORM,
    "http://127.1": FORM,
    "http://2130706433": FORM,
    "http://0x7f000001": FORM,
    "http://0x7f.0.0.1": FORM,
    "http://0x7f.0.0.0x1": FORM,
    "http://127.0.0.0x1": FORM,
    "http://0177.0.0.01": FORM,
    "http://１２７.０.０.１": FORM,
    "http://①②⑦.⓪.⓪.①": FORM,
    "http://127。0。0。1": FORM,
    "http://[::1]/": FORM,
    "http://[::ffff:127.0.0.1]": FORM,
    "http://[fe80::1%25eth0]": FORM,
    "http://[::1": FORM,
    # other schemes
    "javascript:alert(1)": FORM,
    "javascript://tass.com/%0aalert(1)": SCHEME,
    "JavaScript://tass.com": SCHEME,
    "data:text/html,x": FORM,
    "data://tass.com/x": SCHEME,
    "file:///etc/passwd": SCHEME,
    "ftp://tass.com": SCHEME,
    "view-source:https://tass.com": FORM,
    "view-source://https://tass.com": SCHEME,
    "tg://resolve?domain=x": SCHEME,
    "mailto:a@tass.com": FORM,
    # what can't be seen
    "https://tass.com/a b": FORM,
    " https://tass.com": FORM,
    "https://tass.com\n/x": FORM,
    "java\tscript://tass.com": FORM,
    "https://tass.com/\tx": FORM,
    "https://tass.com/\x00": FORM,
    "https://tass.com/\u202egpj.exe": FORM,
    "https://tass\u200b.com": FORM,
    "https://tass.com/\u2066x": FORM,
    "https://t\u00adass.com": FORM,
    "https://tass.com/\ud800": FORM,
    "https://tass.com/\u00a0x": FORM,
    # letters that come apart into signs with a meaning
    "https://tass.com℀evil.example": FORM,
    "https://tass…com": FORM,
    "https://tass♥.com": FORM,
}


@pytest.mark.parametrize(("typed", "spelling"), GOOD.items())
def test_an_address_of_a_publisher_is_kept_in_one_spelling(typed: str, spelling: str) -> None:
    """Two editors who name the same page name the same source, however their browsers copy addresses."""
    assert read_address(typed) == spelling
    assert spelling.isascii()
    assert read_address(spelling) == spelling


@pytest.mark.parametrize(("typed", "key"), BAD.items())
def test_an_address_that_readers_can_not_trust_is_refused(typed: str, key: str) -> None:
    """No reader is led to a number, a machine inside a network, a program or a place that looks like another."""
    with pytest.raises(Mistake) as refused:
        read_address(typed)
    assert refused.value.key == key
    assert refused.value.data["value"] == typed
    if key == SCHEME:
        assert refused.value.data["scheme"] == typed.partition("://")[0].lower()


def test_an_address_is_at_most_as_long_as_a_button_can_hold() -> None:
    """500 characters are kept, 501 refused, counted as they are sent."""
    start = "https://tass.com/"
    assert len(read_address(start + "a" * (MAX_ADDRESS - len(start)))) == MAX_ADDRESS
    for long in (start + "a" * (MAX_ADDRESS + 1 - len(start)), start + "я" * 81):
        with pytest.raises(Mistake, match=FORM):
            read_address(long)


def tried(read: Callable[[], T]) -> T | str:
    """What comes of reading, or the key of the mistake."""
    try:
        return read()
    except Mistake as error:
        return error.key


HOSTILE = st.text(st.sampled_from(string.printable + "ьß。．①\u202e\u200b\ud800℀é한"), max_size=40)


@settings(deadline=None)
@given(st.builds("{}{}".format, st.sampled_from(["", "https://", "http://", "ftp://", "//"]), HOSTILE))
def test_any_text_is_a_safe_address_or_a_mistake(typed: str) -> None:
    """What is let through is plain ASCII, leads to a name with a dot, and reads the same a second time."""
    url = tried(lambda: read_address(typed))
    if url in (FORM, SCHEME):
        return
    parts = urlsplit(url)
    assert url.isascii()
    assert url.isprintable()
    assert " " not in url
    assert parts.scheme in ("http", "https")
    assert parts.username is None
    assert not (parts.hostname or "").rpartition(".")[2][:1].isdigit()
    assert read_address(url) == url


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://tass.com/1", [("https://tass.com/1", "")]),
        ("https://tass.com/1 Kim in Moscow", [("https://tass.com/1", "Kim in Moscow")]),
        ("https://tass.com/1 – Kim in Moscow", [("https://tass.com/1", "Kim in Moscow")]),
        ("https://tass.com/1, Report (Russian)", [("https://tass.com/1", "Report (Russian)")]),
        ("Kim in Moscow: https://tass.com/1", [("https://tass.com/1", "Kim in Moscow")]),
        ("<https://tass.com/1>", [("https://tass.com/1", "")]),
        ("<https://tass.com/1> Kim", [("https://tass.com/1", "Kim")]),
        ("(https://tass.com/1)", [("https://tass.com/1", "")]),
        ("«https://tass.com/1».", [("https://tass.com/1", "")]),
        ("«https://tass.com/1» и «https://kcna.kp»", [("https://tass.com/1", "и"), ("https://kcna.kp", "")]),
        ("https://tass.com/1 «Ким» в Москве", [("https://tass.com/1", "«Ким» в Москве")]),
        ('"https://tass.com/1"', [("https://tass.com/1", "")]),
        ("[TASS](https://tass.com/1)", [("https://tass.com/1", "TASS")]),
        ("https://en.wikipedia.org/wiki/A_(b)", [("https://en.wikipedia.org/wiki/A_(b)", "")]),
        ("(https://en.wikipedia.org/wiki/A_(b)).", [("https://en.wikipedia.org/wiki/A_(b)", "")]),
        ("https://tass.com/1. Kim", [("https://tass.com/1", "Kim")]),
        ("https://tass.com/1; https://kcna.kp/2", [("https://tass.com/1", ""), ("https://kcna.kp/2", "")]),
        (
            "https://tass.com/1 one, www.kcna.kp/2 two",
            [("https://tass.com/1", "one"), ("https://www.kcna.kp/2", "two")],
        ),
        ("https://tass.com/1 as said on kcna.kp", [("https://tass.com/1", "as said on kcna.kp")]),
        ("tass.com/1", [("https://tass.com/1", "")]),
        ("tass.com/1 Kim in Moscow", [("https://tass.com/1", "Kim in Moscow")]),
        ("tass.com/?to=https://kcna.kp", [("https://tass.com/?to=https://kcna.kp", "")]),
        ("тасс.рф Ким в Москве", [("https://xn--80a8aab.xn--p1ai", "Ким в Москве")]),
    ],
)
def test_sources_are_found_with_their_titles(text: str, found: list[tuple[str, str]]) -> None:
    """An address may be pasted with brackets, stops and the name of the page, before it or after it."""
    assert list(citations(text)) == [Citation(*each) for each in found]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("KCNA", FORM),
        ("", FORM),
        ("U.S. report", FORM),
        ("the report on tass.com", FORM),
        ("https://tass.com/1 and http://127.0.0.1/2", FORM),
        ("https://tass.com/1 and ftp://tass.com/2", SCHEME),
        ("javascript:alert(1)", FORM),
        ("<javascript://tass.com/%0aalert(1)>", SCHEME),
        ("https://tass.com\u202e/1", FORM),
    ],
)
def test_one_bad_source_is_said_and_not_dropped(text: str, key: str) -> None:
    """Nobody believes a source was kept that was not."""
    with pytest.raises(Mistake) as refused:
        list(citations(text))
    assert refused.value.key == key


@settings(deadline=None)
@given(HOSTILE, HOSTILE)
@example("[", "](https://a.bc)")
def test_looking_for_sources_never_fails_otherwise(before: str, after: str) -> None:
    """Any text around an address gives sources or one of the two mistakes that have their words."""
    found = tried(lambda: [each.url for each in citations(f"{before} https://tass.com/1 {after}")])
    assert found in (FORM, SCHEME) or "https://tass.com/1" in found


def test_a_publisher_is_known_by_its_host() -> None:
    """Pages with and without www. come from the same publisher."""
    assert [host_of(each) for each in ("https://www.tass.com:8080/1", "https://tass.com", "https://www.tass.com")] == [
        "tass.com"
    ] * 3
