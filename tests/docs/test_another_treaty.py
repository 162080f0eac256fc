"""A dossier of another treaty: the small one beside the guide is loaded, and answers for itself."""

from __future__ import annotations

import re
from pathlib import Path

from bot.app import open_core
from bot.core.entries import LOCALES
from handlers import COMMANDS
from storage.dossier import read_dossier
from tests.cores import WORDS as SENTENCES
from tests.cores import on
from tests.docs.terminal import EXAMPLE, says

ARTICLES = {"it": "Articolo 1", "en": "Article 1", "ru": "Статья 1", "ko": "제1조"}
WORDS = {"it": "scorie", "en": "waste", "ru": "отходы", "ko": "폐기물"}
QUESTIONS = {
    "it": "si possono avanzare nuove rivendicazioni?",
    "en": "can anybody make new claims to territory?",
    "ru": "можно ли заявить новые претензии?",
    "ko": "새로운 영유권 주장을 할 수 있나요?",
}
OTHER_EXAMPLES = ("search", "people")
"""What is searched for in the examples is of the dossier that ships, and this one holds nobody."""
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
    dossier, _ = read_dossier(EXAMPLE)
    assert dossier is not None
    settings = on(f"sqlite:///{tmp_path}/pactwatch.db", dossier=EXAMPLE)
    async with open_core(settings, words=SENTENCES, semantic=False) as core:
        for each in LOCALES:
            lines = ("start", "treaty article1", f"search {WORDS[each]}", f"ask {QUESTIONS[each]}")
            start, article, found, answer = [await says(core, "reader", line, each) for line in lines]
            others = [await says(core, "reader", line, each) for line in ("ask", "search", "timeline", "topics")]
            assert dossier.title[each] in start["text"]
            assert article["refs"][0] == "article:treaty-1959/1"
            assert article["text"].startswith(ARTICLES[each])
            assert "ats.aq" in article["text"]
            assert "article:treaty-1959/5" in found["refs"]
            assert (answer["ok"], answer["refs"][0]) == (True, "article:treaty-1959/4"), each
            for name in (
                command.name for command in COMMANDS if command.linkable and command.name not in OTHER_EXAMPLES
            ):
                helped = await says(core, "reader", f"help {name}", each)
                for button in helped["buttons"]:
                    shown = await says(core, "reader", button["command"], each)
                    assert shown["outcome"] == "answered", button
            for reply in (start, article, found, answer, *others):
                assert not OTHER_STORY.search(reply["text"]), reply["text"]
