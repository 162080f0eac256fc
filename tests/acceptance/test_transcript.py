"""The same forty-four lines on the terminal, on Telegram and on Discord, in each language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.acceptance.script import SCRIPT
from tests.acceptance.service import chat, running_service
from tests.platforms.discord_api import discord_api
from tests.platforms.telegram_client import telegram_api

DISCORD_LOCALES = {"it": "it", "en": "en-US", "ru": "ru", "ko": "ko"}
ALPHABETS = {"it": "[a-z]{3}", "en": "[a-z]{3}", "ru": "[а-я]{3}", "ko": "[가-힣]{2}"}


def words_of(text: str) -> list[str]:
    """The words a reader sees: no addresses, no marks of layout."""
    return re.findall(r"\w+", re.sub(r"<https?://[^>]*>", "", text))


@pytest.mark.parametrize("locale", ["it", "en", "ru", "ko"])
async def test_the_lines_give_the_same_answers_everywhere(folder: Path, locale: str) -> None:
    """A reader of any language gets the same entries and the same words on every platform."""
    replies = await chat(folder, [line.typed for line in SCRIPT], "--lang", locale)
    assert len(replies) == len(SCRIPT) == 44
    for line, reply in zip(SCRIPT, replies, strict=True):
        assert (reply["outcome"], reply["locale"]) == (line.outcome, locale), line.typed
        assert (len(reply["refs"]) > 0) if line.refs is None else reply["refs"] == list(line.refs), line.typed
        assert re.search(ALPHABETS[locale], reply["text"], re.IGNORECASE), reply["text"]
    async with telegram_api() as telegram, discord_api() as discord:
        await telegram.limits(overall=0, private=0)
        async with running_service(folder, telegram=telegram, discord=discord):
            for number, (line, reply) in enumerate(zip(SCRIPT, replies, strict=True)):
                said = words_of(reply["text"])
                sent = await telegram.say(line.typed, user={"id": 2000 + number, "language_code": locale})
                shown = words_of(sent.text)
                assert shown == said[: len(shown)], line.typed
                assert len(shown) > 0.8 * len(said), line.typed
                name = line.typed.partition(" ")[0].removeprefix("/")
                answer = await discord.slash(
                    name, line.options, user=str(2000 + number), locale=DISCORD_LOCALES[locale]
                )
                shown = words_of(answer.text)
                assert shown == said[: len(shown)], line.typed
                assert len(shown) > 0.8 * len(said), line.typed
            await discord.check()


async def test_the_whole_treaty_fits_a_discord_message(folder: Path) -> None:
    """All 24 parts of the treaty and the way to the three other texts stand under one answer."""
    async with discord_api() as discord, running_service(folder, discord=discord):
        answer = await discord.slash("treaty", {}, locale="it")
        assert len(answer.buttons) == 24 + 3
        await discord.check()
