from __future__ import annotations

import pytest
from fluent.runtime import FluentBundle, FluentResource

from bot.words import load_words, particle

WORDS = load_words()["ko"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("조약", "조약을"),
        ("군사", "군사를"),
        ("제51조", "제51조를"),
        ("F-1", "F-1을"),
        ("F-2", "F-2를"),
        ("F-13", "F-13을"),
        ("F-4", "F-4를"),
        ("F-5", "F-5를"),
        ("F-16", "F-16을"),
        ("F-17", "F-17을"),
        ("F-18", "F-18을"),
        ("F-9", "F-9를"),
        ("F-10", "F-10을"),
        ("Kursk", "Kursk을(를)"),
        ("Курск", "Курск을(를)"),
        ("북한(조선)", "북한(조선)을"),
        ("‘군사’", "‘군사’를"),
        ("", "을(를)"),
        ("…", "…을(를)"),
    ],
)
def test_the_particle_fits_the_sound_before_it(word: str, expected: str) -> None:
    """A Korean reader meets the particle they would say; where nobody can know it, both."""
    assert particle(word, "을/를") == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("한국어", "한국어로"),
        ("서울", "서울로"),
        ("평양", "평양으로"),
        ("2", "2로"),
        ("1", "1로"),
        ("7", "7로"),
        ("8", "8로"),
        ("3", "3으로"),
        ("10", "10으로"),
        ("English", "English(으)로"),
    ],
)
def test_ro_follows_rieul_without_a_vowel(word: str, expected: str) -> None:
    """After ㄹ the particle is 로, as after a vowel."""
    assert particle(word, "으로/로") == expected


@pytest.mark.parametrize(
    ("pair", "closed", "opened", "unknown"),
    [
        ("은/는", "서울은", "모스크바는", "Moscow은(는)"),
        ("이/가", "서울이", "모스크바가", "Moscow이(가)"),
        ("과/와", "서울과", "모스크바와", "Moscow과(와)"),
        ("이라는/라는", "서울이라는", "모스크바라는", "Moscow(이)라는"),
    ],
)
def test_every_pair_of_particles_is_understood(pair: str, closed: str, opened: str, unknown: str) -> None:
    """Rieul matters to 으로 alone; every other pair asks only whether a consonant comes before it."""
    assert [particle(word, pair) for word in ("서울", "모스크바", "Moscow")] == [closed, opened, unknown]


def test_a_closing_quote_comes_before_the_particle() -> None:
    """The particle stands outside the quotes and still agrees with the word inside them."""
    assert particle("조약", "과/와", after="’") == "조약’과"
    assert particle("군사", "과/와", after="’") == "군사’와"
    assert particle("Kim", "과/와", after="’") == "Kim’과(와)"


def test_numbers_keep_their_grouping_before_a_particle() -> None:
    """A number from a variable reads as elsewhere, with its particle."""
    bundle = FluentBundle(["ko"], use_isolating=False, functions={"PARTICLE": particle})
    bundle.add_resource(FluentResource('a = { PARTICLE($n, "이/가") }'))
    value = bundle.get_message("a").value
    assert value is not None
    assert [bundle.format_pattern(value, {"n": number})[0] for number in (3, 4)] == ["3이", "4가"]


def test_sentences_carry_the_right_particles() -> None:
    """Whole Korean sentences read right whatever was typed."""
    assert WORDS.text("people-found", value="김정은") == "이름이 ‘김정은’과 비슷한 인물"
    assert WORDS.text("people-found", value="푸틴 대표") == "이름이 ‘푸틴 대표’와 비슷한 인물"
    assert WORDS.text("unknown-article", instrument="유엔헌장", article="300", count=111) == (
        "‘유엔헌장’은 111개 조이며 제300조는 없습니다. 가까운 조항:"
    )
    assert WORDS.text("card-untranslated", language="English") == "아직 번역되지 않아 English(으)로 표시합니다."
    assert WORDS.text("card-old-revision", revision=2).startswith("지금 보시는 수정본 2는 ")
    assert WORDS.text("card-old-revision", revision=3).startswith("지금 보시는 수정본 3은 ")


@pytest.mark.parametrize(
    ("key", "data", "said"),
    [
        ("refused-own", {"label": "F-12"}, "F-12는 본인의 제안이므로 다른 사람이 승인해야 합니다."),
        ("refused-own", {"label": "F-3"}, "F-3은 본인의 제안이므로 다른 사람이 승인해야 합니다."),
        ("unknown-undone", {"label": "F-7"}, "F-7은 게시 직후 취소됐습니다."),
        ("fault-date", {"value": "어제쯤"}, "‘어제쯤’은 날짜가 아닙니다. 2024, 2024-06 또는 2024-06-19처럼 쓰세요."),
        ("fault-date", {"value": "언젠가"}, "‘언젠가’는 날짜가 아닙니다. 2024, 2024-06 또는 2024-06-19처럼 쓰세요."),
        (
            "reported",
            {"entry": "F-1", "label": "R-7"},
            "감사합니다. F-1 오류 신고를 R-7로 접수해 편집부에 전달했습니다.",
        ),
        (
            "reported",
            {"entry": "F-1", "label": "R-3"},
            "감사합니다. F-1 오류 신고를 R-3으로 접수해 편집부에 전달했습니다.",
        ),
        (
            "refused-shared",
            {"value": "telegram:777000"},
            "telegram:777000은 여러 사람이 함께 쓰는 계정이어서 권한을 줄 수 없습니다.",
        ),
        ("age-hours", {"count": 3}, "3시간 전"),
    ],
)
def test_the_desk_speaks_with_the_right_particles(key: str, data: dict[str, str | int], said: str) -> None:
    """What editors read agrees with the numbers of entries and with what they typed."""
    assert WORDS.text(key, **data) == said
