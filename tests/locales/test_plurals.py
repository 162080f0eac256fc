from __future__ import annotations

import pytest

from bot.words import load_words

WORDS = load_words()
THIN, BLANK = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 записей"),
        (1, "1 запись"),
        (2, "2 записи"),
        (5, "5 записей"),
        (11, "11 записей"),
        (21, "21 запись"),
        (22, "22 записи"),
        (25, "25 записей"),
        (100, "100 записей"),
        (101, "101 запись"),
        (112, "112 записей"),
    ],
)
def test_russian_counts_as_russians_do(count: int, text: str) -> None:
    """Russian puts the noun in the form its number asks for, eleven to fourteen included."""
    assert WORDS["ru"].text("topics-count", count=count) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (1, "Ещё 1 источник:"),
        (2, "Ещё 2 источника:"),
        (5, "Ещё 5 источников:"),
        (21, "Ещё 21 источник:"),
        (22, "Ещё 22 источника:"),
        (25, "Ещё 25 источников:"),
        (100, "Ещё 100 источников:"),
    ],
)
def test_russian_counts_sources(count: int, text: str) -> None:
    """The number of further sources agrees with its noun."""
    assert WORDS["ru"].text("card-more-sources", count=count) == text


def test_one_source_needs_no_number() -> None:
    """A single source is headed in the singular; twenty-one are not, though Russian declines them alike."""
    assert [WORDS["ru"].text("card-sources", count=count) for count in (1, 2, 21)] == [
        "Источник",
        "Источники (2)",
        "Источники (21)",
    ]
    assert [WORDS[locale].text("card-sources", count=1) for locale in ("it", "en", "ko")] == ["Fonte", "Source", "출처"]
    assert WORDS["ko"].text("card-sources", count=21) == "출처(21건)"


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 voci"), (1, "1 voce"), (2, "2 voci"), (21, "21 voci"), (1_000_000, "1.000.000 di voci")]
)
def test_italian_counts_as_italians_do(count: int, text: str) -> None:
    """Italian has a singular, a plural, and «di» after whole millions."""
    assert WORDS["it"].text("topics-count", count=count) == text


@pytest.mark.parametrize(
    ("count", "italian", "english"),
    [
        (1, "Un'altra fonte:", "One more source:"),
        (2, "Altre 2 fonti:", "2 more sources:"),
        (1_000_000, "Altri 1.000.000 di fonti:", "1,000,000 more sources:"),
    ],
)
def test_further_sources_are_counted(count: int, italian: str, english: str) -> None:
    """The number of further sources agrees with its noun in Italian and English."""
    assert WORDS["it"].text("card-more-sources", count=count) == italian
    assert WORDS["en"].text("card-more-sources", count=count) == english


def test_a_sentence_may_hold_two_counts() -> None:
    """The greeting declines topics and treaties each by its own number."""
    said = {locale: words.text("start-counts", topics=21, treaties=2) for locale, words in WORDS.items()}
    assert said["ru"] == "21 тема, 2 договора, на итальянском, английском, русском и корейском языках."
    assert said["it"] == "21 argomenti, 2 trattati, in italiano, inglese, russo e coreano."
    assert said["en"] == "21 topics, 2 treaties, in Italian, English, Russian and Korean."
    assert said["ko"] == "주제 21개, 조약 2건을 이탈리아어, 영어, 러시아어, 한국어로 제공합니다."


def test_a_count_may_stand_inside_another_choice() -> None:
    """A treaty of one article and a missing preamble are both answered in whole sentences."""
    said = WORDS["ru"].text("unknown-article", instrument="Устав", article="30", count=21)
    assert said == "В документе «Устав» 21 статья, статьи 30 в нём нет. Ближайшие:"
    said = WORDS["it"].text("unknown-article", instrument="Carta", article="8", count=1)
    assert said == "«Carta» ha 1 articolo: l'articolo 8 non esiste. I più vicini:"
    said = WORDS["en"].text("unknown-article", instrument="Charter", article="preamble", count=111)
    assert said == "The dossier does not hold the preamble of “Charter”, only these articles:"


def test_large_numbers_are_grouped_as_the_language_groups_them() -> None:
    """A limit of a thousand characters is written as each language writes a thousand."""
    said = {locale: words.text("mistake-long", limit=1_000) for locale, words in WORDS.items()}
    assert "1.000 caratteri" in said["it"] or "1000 caratteri" in said["it"]
    assert "1,000 characters" in said["en"]
    assert "1 000 знаков" in said["ru"].replace(THIN, " ").replace(BLANK, " ")
    assert "1,000자" in said["ko"]
