"""A day in the newsroom: the real program, both platforms at once, and everybody in their place."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.words import load_words
from tests.acceptance.newsroom import DISCORD_DESK, TELEGRAM_DESK, Newsroom, Seen, discord, telegram
from tests.acceptance.service import Service, environment, running_service
from tests.platforms.discord_api import discord_api
from tests.platforms.telegram_client import telegram_api

OWNER, SECOND_OWNER = telegram(1), discord(2)
READER, CONTRIBUTOR = discord(11), telegram(21)
FIRST, SECOND, THIRD = discord(31), telegram(32), discord(33)
DESKS = (TELEGRAM_DESK, DISCORD_DESK)
URL = "https://tass.com/politics/1807551"
TEXTS = {
    "en": "A zeppelin with both flags flew over Pyongyang.",
    "it": "Un dirigibile con le due bandiere ha sorvolato Pyongyang.",
    "ru": "Дирижабль с обоими флагами пролетел над Пхеньяном.",
    "ko": "양국 국기를 단 비행선이 평양 상공을 날았다.",
}
CORRECTED = "An airship with both flags flew over Pyongyang at noon."
APPROVE, REJECT = "✓", "✗"


def says(key: str, **data: str | int) -> str:
    """A sentence of the bot, in English."""
    return load_words()["en"].text(key, **data)


@asynccontextmanager
async def newsroom() -> AsyncIterator[Newsroom]:
    """Both platforms; what they were asked must have been to their liking in the end."""
    async with telegram_api() as on_telegram, discord_api() as on_discord:
        await on_telegram.limits(overall=None, private=False, group=None)
        yield Newsroom(on_telegram, on_discord)
        await on_discord.check()


@asynccontextmanager
async def at_work(room: Newsroom, folder: Path, **settings: str) -> AsyncIterator[Service]:
    """The program on both platforms, with an owner on each."""
    given = {"OWNERS": f"{OWNER}, {SECOND_OWNER}", "DEFAULT_LOCALE": "en", **settings}
    async with running_service(folder, telegram=room.telegram, discord=room.discord, **given) as service:
        yield service


async def verify(folder: Path) -> int:
    """The exit code of `pactwatch audit verify`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "audit", "verify", cwd=folder, env=environment(folder),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    return await process.wait()


async def test_a_newsroom_day(folder: Path) -> None:
    """From a reader's suggestion to a retraction: nobody waits in vain, nothing is lost, every step can be proved."""
    async with newsroom() as room:
        async with at_work(room, folder) as service:
            await open_the_desk(room)
            label = await suggest(room)
            await complete(room, label)
            question = await begin_a_form(room)
            service.process.kill()
            await service.process.wait()
        async with at_work(room, folder, UNDO_SECONDS="1") as service:
            await finish_the_form(room, question)
            await approve(room, label)
            await read_everywhere(room, label)
            await correct(room, label)
            await retract(room, label)
            await look_back(room, label)
            assert await verify(folder) == 0
            assert await service.stop() == 0
    assert await verify(folder) == 0


async def open_the_desk(room: Newsroom) -> None:
    """The owners appoint people and say where cards go."""
    for who, role in ((CONTRIBUTOR, "contributor"), (FIRST, "editor"), (SECOND, "editor")):
        seen = await room.types(OWNER, "roles", action="grant", user=str(who), role=role)
        assert str(who) in seen.text
    await room.types(SECOND_OWNER, "roles", action="grant", user=str(THIRD), role="editor")
    listed = (await room.types(OWNER, "roles", action="list")).text
    assert all(str(each) in listed for each in (OWNER, SECOND_OWNER, CONTRIBUTOR, FIRST, SECOND, THIRD))
    for who, chat in ((OWNER, TELEGRAM_DESK), (SECOND_OWNER, DISCORD_DESK)):
        assert says("review-here") in (await room.types(who, "queue", chat=chat, entry="here")).text


async def suggest(room: Newsroom) -> str:
    """A reader on Discord suggests in all three ways; the number of the one that is taken further."""
    api = room.discord
    quoted = await api.message_menu(says("menu-suggest"), f"Look at this: {URL}/menu", user=READER.id)
    form = await api.slash("suggest", {}, user=READER.id)
    assert form.modal is not None
    filled = await api.submit(form, {"statement": "Crowds lined the streets.", "source": f"{URL}/form"})
    typed = await room.types(READER, "suggest", statement=TEXTS["en"], source=URL)
    for seen in (quoted.text, filled.text, typed.text):
        assert "F-" in seen
    for chat in DESKS:
        await room.card(chat, typed.label, TEXTS["en"], str(READER), says("review-pending", given=0, needed=1))
    assert typed.label not in (await room.types(READER, "search", query="zeppelin")).text
    assert TEXTS["en"] not in (await room.types(telegram(12), "fact", fact=typed.label)).text
    return typed.label


async def complete(room: Newsroom, label: str) -> None:
    """A contributor on Telegram adds what is missing; both cards follow and their old buttons are dead."""
    old = [await room.card(chat, label, f"{label} v1") for chat in DESKS]
    more = " | ".join(f"{locale}: {text}" for locale, text in TEXTS.items() if locale != "en")
    preview = await room.types(
        CONTRIBUTOR, "editfact", entry=label, more=f"{more} | topic: reactions | date: 2024-06-19"
    )
    assert TEXTS["ko"] in preview.text
    for before, editor in zip(old, (SECOND, FIRST), strict=True):
        await room.card(before.chat, label, f"{label} v2", TEXTS["ko"], str(CONTRIBUTOR))
        refused = await room.presses(editor, before, before.starting(APPROVE))
        assert says("refused-stale-draft", label=label, draft=1, current=2)[:100] in refused.text


async def begin_a_form(room: Newsroom) -> Seen:
    """The contributor begins another fact, step by step; returns the third question."""
    first = await room.types(CONTRIBUTOR, "addfact")
    assert says("ask-statement") in first.text
    second = await room.telegram.say("The guests laid flowers.", user=int(CONTRIBUTOR.id))
    assert says("ask-source") in second.text
    await room.telegram.say(f"{URL}/flowers Flowers laid", user=int(CONTRIBUTOR.id))
    third = (await room.messages(first.chat))[-1]
    assert says("form-step", number=3, count=8) in third.text
    return third


async def finish_the_form(room: Newsroom, question: Seen) -> None:
    """After the crash the form goes on where it was: nothing is asked twice."""
    fourth = await room.presses(CONTRIBUTOR, question, next(iter(question.data.values())))
    assert says("form-step", number=4, count=8) in fourth.text
    fifth = await room.presses(CONTRIBUTOR, fourth, fourth.data[says("button-skip")])
    assert says("ask-date") in fifth.text
    wrong = await room.telegram.say("some day", user=int(CONTRIBUTOR.id))
    assert says("fault-date", value="some day") in wrong.text
    await room.telegram.say("2024-06-19", user=int(CONTRIBUTOR.id))
    asked = (await room.messages(question.chat))[-1]
    for _ in range(3):
        asked = await room.presses(CONTRIBUTOR, asked, asked.data[says("button-skip")])
    assert "The guests laid flowers." in asked.text
    assert "Flowers laid" in asked.text
    for chat in DESKS:
        await room.card(chat, asked.label, "The guests laid flowers.")


async def approve(room: Newsroom, label: str) -> None:
    """An editor approves on Discord, with the button of a card that is older than the crash."""
    cards = [await room.card(chat, label, f"{label} v2") for chat in DESKS]
    await room.presses(FIRST, cards[1], cards[1].starting(APPROVE))
    done = says("review-published", revision=f"{label}@1", who=str(FIRST))
    for before, editor in zip(cards, (SECOND, THIRD), strict=True):
        now = await room.card(before.chat, label, done)
        assert now.id == before.id
        assert not [each for each in now.data if each.startswith((APPROVE, REJECT))]
        for sign in (APPROVE, REJECT):
            refused = await room.presses(editor, before, before.starting(sign))
            assert says("refused-decided-published", label=label) in refused.text


async def read_everywhere(room: Newsroom, label: str) -> None:
    """Readers of either platform read it in their language, with its source."""
    for number, (locale, text) in enumerate(TEXTS.items()):
        for reader in (telegram(100 + number), discord(100 + number)):
            shown = (await room.types(reader, "fact", fact=label, locale=locale)).text
            assert text in shown
            assert "TASS" in shown
    assert label in (await room.types(READER, "search", query="zeppelin")).text


async def correct(room: Newsroom, label: str) -> None:
    """A second editor corrects it, a third approves; readers see the new text and where it changed."""
    await room.types(SECOND, "editfact", entry=label, more=f"en: {CORRECTED} | note: airship, at noon")
    before = (await room.types(READER, "fact", fact=label)).text
    assert TEXTS["en"] in before
    card = await room.card(DISCORD_DESK, label, says("review-edit", label=label), "airship, at noon")
    await room.presses(THIRD, card, card.starting(APPROVE))
    for chat in DESKS:
        await room.card(chat, label, says("review-published", revision=f"{label}@2", who=str(THIRD)))
    shown = (await room.types(READER, "fact", fact=label)).text
    assert CORRECTED in shown
    assert f"{label}@2" in shown


async def retract(room: Newsroom, label: str) -> None:
    """One editor retracts on Discord, another approves on Telegram: the number answers with the reason, lists don't."""
    reason = "the agency withdrew its report"
    await room.types(FIRST, "retract", entry=label, reason=reason)
    card = await room.card(TELEGRAM_DESK, label, says("review-retract", label=label), reason)
    await room.presses(SECOND, card, card.starting(APPROVE))
    for chat in DESKS:
        await room.card(chat, label, says("review-published", revision=f"{label}@3", who=str(SECOND)))
    for reader in (READER, telegram(12)):
        assert f"because: {reason}" in (await room.types(reader, "fact", fact=label)).text
        assert label not in (await room.types(reader, "search", query="airship")).text
        assert label not in (await room.types(reader, "latest")).text


async def look_back(room: Newsroom, label: str) -> None:
    """Every revision can still be read, with who approved it and why it changed."""
    for reader in (READER, telegram(12)):
        history = (await room.types(reader, "history", entry=label)).text
        for part in (f"{label}@1", f"{label}@2", f"{label}@3", "airship, at noon", "the agency withdrew its report"):
            assert part in history
        assert TEXTS["en"] in (await room.types(reader, "fact", fact=f"{label}@1")).text
        assert CORRECTED in (await room.types(reader, "fact", fact=f"{label}@2")).text
