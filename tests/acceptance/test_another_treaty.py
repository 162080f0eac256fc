"""A dossier of another treaty: the small one beside the guide, through the real program."""

from __future__ import annotations

import re
from pathlib import Path

from bot.core.entries import LOCALES
from storage.dossier import read_dossier
from tests.acceptance.service import ROOT, chat

EXAMPLE = ROOT / "docs" / "examples" / "antarctic"
ARTICLES = {"it": "Articolo 1", "en": "Article 1", "ru": "Статья 1", "ko": "제1조"}
WORDS = {"it": "scorie", "en": "waste", "ru": "отходы", "ko": "폐기물"}
QUESTIONS = {
    "it": "di chi è l'Antartide?",
    "en": "who owns Antarctica?",
    "ru": "кому принадлежит Антарктика?",
    "ko": "남극은 누구의 땅인가요?",
}
OTHER_STORY = re.compile(
    r"(?i)north korea|corea del nord|кндр|북한|북러|pyongyang|пхеньян|평양|kursk|курск|쿠르스크|putin|путин|푸틴|2024"
)


def test_the_example_has_no_faults() -> None:
    """Whoever starts from the example starts from a dossier that can be loaded, in four languages."""
    dossier, faults = read_dossier(EXAMPLE)
    assert faults == ()
    assert dossier is not None
    assert dossier.languages == LOCALES
    assert all(source.checked for source in dossier.sources), "what was not opened says so"


async def test_another_treaty_is_answered_in_four_languages(tmp_path: Path) -> None:
    """With DOSSIER set the bot is about that treaty: articles, search and questions, and not a word of another story."""
    lines = [
        line
        for each in LOCALES
        for line in (
            f"language {each}",
            "start",
            "treaty article1",
            f"search {WORDS[each]}",
            f"ask {QUESTIONS[each]}",
            "ask",
            "search",
            "timeline",
        )
    ]
    replies = iter(await chat(tmp_path, lines, DOSSIER=str(EXAMPLE), DEFAULT_LOCALE="en"))
    dossier, _ = read_dossier(EXAMPLE)
    assert dossier is not None
    for each in LOCALES:
        chosen, start, article, found, answer, *others = (next(replies) for _ in range(8))
        assert chosen["locale"] == each
        assert dossier.title[each] in start["text"]
        assert article["refs"][0] == "article:treaty-1959/1"
        assert article["text"].startswith(ARTICLES[each])
        assert "ats.aq" in article["text"]
        assert "article:treaty-1959/5" in found["refs"]
        assert (answer["outcome"], answer["refs"][0]) == ("answered", "article:treaty-1959/4")
        for reply in (start, article, found, answer, *others):
            assert not OTHER_STORY.search(reply["text"]), reply["text"]
