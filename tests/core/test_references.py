from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Mistake
from bot.core.references import ReferenceReader, read_date, skeleton, split_as_of
from storage.dossier import read_dossier, shipped_dossier


@pytest.fixture(scope="module")
def reader() -> ReferenceReader:
    dossier, _ = read_dossier(shipped_dossier())
    assert dossier is not None
    return ReferenceReader(dossier.instruments)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("article4", "treaty-2024/4"),
        ("4", "treaty-2024/4"),
        ("art. 4", "treaty-2024/4"),
        ("ART.4", "treaty-2024/4"),
        ("articolo 4", "treaty-2024/4"),
        ("l'articolo 4 del trattato", "treaty-2024/4"),
        ("статья 4", "treaty-2024/4"),
        ("ст. 4", "treaty-2024/4"),
        ("제4조", "treaty-2024/4"),
        ("4조", "treaty-2024/4"),
        ("IV", "treaty-2024/4"),
        ("article iv", "treaty-2024/4"),
        ("004", "treaty-2024/4"),
        ("４", "treaty-2024/4"),
        ("preamble", "treaty-2024/preamble"),
        ("preambolo", "treaty-2024/preamble"),
        ("преамбула", "treaty-2024/preamble"),
        ("전문", "treaty-2024/preamble"),
        ("1961 1", "treaty-1961/1"),
        ("1961/1", "treaty-1961/1"),
        ("1 1961", "treaty-1961/1"),
        ("treaty-1961/1", "treaty-1961/1"),
        ("article 1 of the 1961 treaty", "treaty-1961/1"),
        ("статья 1 договора 1961 года", "treaty-1961/1"),
        ("1961년 조약 제1조", "treaty-1961/1"),
        ("2000 12", "treaty-2000/12"),
        ("un 51", "un-charter/51"),
        ("UN 51", "un-charter/51"),
        ("onu 51", "un-charter/51"),
        ("ООН 51", "un-charter/51"),
        ("유엔 51", "un-charter/51"),
        ("un-charter/51", "un-charter/51"),
        ("articolo 51 della Carta dell'ONU", "un-charter/51"),
        ("статья 51 Устава ООН", "un-charter/51"),
        ("유엔헌장 제51조", "un-charter/51"),
        ("유엔 헌장 제51조", "un-charter/51"),
        ("carta onu 51", "un-charter/51"),
        ("carta onu art. 51", "un-charter/51"),
        ("un charter 51", "un-charter/51"),
        ("charter of the un 51", "un-charter/51"),
        ("un 2(4)", "un-charter/2"),
        ("un 2 4", "un-charter/2"),
        ("4(1)", "treaty-2024/4"),
        ("1961 (1)", "treaty-1961/1"),
        ("article 4 paragraph 1", "treaty-2024/4"),
        ("paragraph 4 of article 2 of the UN Charter", "un-charter/2"),
        ("comma 1 dell'articolo 4", "treaty-2024/4"),
        ("пункт 4 статьи 2 Устава ООН", "un-charter/2"),
        ("유엔헌장 제2조제4항", "un-charter/2"),
        ("articolo quattro", "treaty-2024/4"),
        ("articolo ventitré", "treaty-2024/23"),
        ("article four", "treaty-2024/4"),
        ("fourth article", "treaty-2024/4"),
        ("article twenty-three", "treaty-2024/23"),
        ("статья четвёртая", "treaty-2024/4"),
        ("двадцать третья статья", "treaty-2024/23"),
        ("제사조", "treaty-2024/4"),
        ("제이십삼조", "treaty-2024/23"),
        ("sull'articolo 4", "treaty-2024/4"),
        ("all'art. 4", "treaty-2024/4"),
        ("nell'articolo 4", "treaty-2024/4"),
        ("артикль 4", "treaty-2024/4"),
    ],
)
def test_every_spelling_finds_its_article(reader: ReferenceReader, typed: str, key: str) -> None:
    """However people of four languages write an article, the same one is found."""
    reference = reader.read(typed)
    assert reference is not None
    assert reference.key == key


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "foo",
        "4 foo",
        "4 5",
        "four five",
        "1961 2000 1",
        "secondo l'articolo 51 dell'ONU",
        "аrticle4",
        "articlee 4",
        "4; drop",
        "-",
        "4 " * 480,
        "un charter " * 80 + "51",
    ],
)
def test_what_is_not_wholly_understood_is_not_guessed(reader: ReferenceReader, typed: str) -> None:
    """A text with a word that means nothing opens no article by chance."""
    assert reader.read(typed) is None


def test_an_instrument_alone_is_read_as_its_list(reader: ReferenceReader) -> None:
    """The year of a treaty alone names the whole treaty."""
    reference = reader.read("1961")
    assert reference is not None
    assert (reference.instrument, reference.article) == ("treaty-1961", None)


def test_the_word_article_alone_is_read_as_the_list(reader: ReferenceReader) -> None:
    """Somebody who writes `article` and no number wants to see which there are."""
    reference = reader.read("article")
    assert reference is not None
    assert (reference.instrument, reference.article) == ("treaty-2024", None)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(reader: ReferenceReader, text: str) -> None:
    """Whatever is typed, reading it ends in an article or in nothing."""
    reference = reader.read(text)
    assert reference is None or reference.instrument
    assert isinstance(skeleton(text), str)


@pytest.mark.parametrize(
    ("typed", "rest", "day"),
    [
        ("4 as of 2024-06-20", "4", "2024-06-20"),
        ("4 AS OF 20.06.2024", "4", "20.06.2024"),
        ("4 al 20/06/2024", "4", "20/06/2024"),
        ("4 al 20 giugno 2024", "4", "20 giugno 2024"),
        ("4 alla data dell'1 luglio 2024", "4", "1 luglio 2024"),
        ("4 на 20 июня 2024 г.", "4", "20 июня 2024 г."),
        ("4 2024년 6월 20일 기준", "4", "2024년 6월 20일"),
        ("2024-06-20 기준 제4조", "제4조", "2024-06-20"),
        ("1961 1 2024-06-20 기준", "1961 1", "2024-06-20"),
        ("4 as of yesterday", "4", "yesterday"),
        ("4 as of soon", "4", "soon"),
        ("4@2024-06-20", "4", "2024-06-20"),
        ("4@1", "4@1", None),
        ("4@2024", "4@2024", None),
        ("un-charter/51@1", "un-charter/51@1", None),
        ("all'art. 4", "all'art. 4", None),
        ("4 al 5", "4 al 5", None),
        ("articolo 4 alla data del 2024-06", "articolo 4", "2024-06"),
        ("4 по состоянию на 2024-06-20", "4", "2024-06-20"),
        ("4 2024-06-20 기준", "4", "2024-06-20"),
        ("1961 1", "1961 1", None),
    ],
)
def test_as_of_is_read_in_four_languages(typed: str, rest: str, day: str | None) -> None:
    """A day to look back to may be given in each of the four languages."""
    assert split_as_of(typed) == (rest, day)


@pytest.mark.parametrize("text", ["2024-13-01", "2024-02-30", "yesterday", "20240620", "2024-6-1", "99/99/2024", ""])
def test_a_date_that_is_none_is_a_mistake(text: str) -> None:
    """A day that does not exist is named as a mistake instead of being bent into one that does."""
    with pytest.raises(Mistake):
        read_date(text)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024", "2024"),
        ("20/06/2024", "2024-06-20"),
        ("20 June 2024", "2024-06-20"),
        ("June 20, 2024", "2024-06-20"),
        ("20th of June 2024", "2024-06-20"),
        ("20 giugno 2024", "2024-06-20"),
        ("1° luglio 2024", "2024-07-01"),
        ("l'1 luglio 2024", "2024-07-01"),
        ("20 июня 2024", "2024-06-20"),
        ("20 июня 2024 года", "2024-06-20"),
        ("20 июня 2024 г.", "2024-06-20"),
        ("2024년 6월 20일", "2024-06-20"),
        ("June 2024", "2024-06"),
        ("giugno 2024", "2024-06"),
        ("июнь 2024", "2024-06"),
        ("2024년 6월", "2024-06"),
        ("2024년", "2024"),
        ("today", "2024-03-01"),
        ("oggi", "2024-03-01"),
        ("сегодня", "2024-03-01"),
        ("오늘", "2024-03-01"),
        ("yesterday", "2024-02-29"),
        ("ieri", "2024-02-29"),
        ("вчера", "2024-02-29"),
        ("어제", "2024-02-29"),
    ],
)
def test_a_date_is_read_as_people_write_it(text: str, date: str) -> None:
    """A date may be written out in each of the four languages, or be as near as yesterday."""
    assert read_date(text, today="2024-03-01") == date


@pytest.mark.parametrize("text", ["30 February 2024", "Juny 2024", "20 June", "2024년 13월", "32 giugno 2024"])
def test_a_date_in_words_that_is_none_is_a_mistake(text: str) -> None:
    """A day that is in no calendar does not pass because its month is written out."""
    with pytest.raises(Mistake):
        read_date(text, today="2024-03-01")
